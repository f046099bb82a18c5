/** The look of the desk page: light or dark as the reader's system is, readable without a script. */
export const DESK_STYLE = `
:root {
  color-scheme: light dark;
  --back: #f4f5f7; --card: #fff; --line: #dfe3e8; --text: #1c2430; --soft: #5d6b7c; --chip: #eef1f5; --link: #0b5cad;
  --low: #3c7d4f; --medium: #b07407; --high: #c2410c; --critical: #b3123b; --closed: #64748b; --open: #0b5cad;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12161c; --card: #1b2129; --line: #2e3742; --text: #e3e8ee; --soft: #95a3b3; --chip: #28303a; --link: #7ab8ff;
    --low: #6dbb84; --medium: #e3a93c; --high: #fb8b53; --critical: #ff6b8b; --closed: #94a3b8; --open: #7ab8ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1160px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 24px; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 18px; margin: 0; line-height: 1.35; }
h3 { font-size: 12px; margin: 0 0 8px; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); font-weight: 600; }
p { margin: 4px 0 0; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
.soft { color: var(--soft); }
.small { font-size: 13px; }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 10px 18px; min-width: 112px; }
.tile b { display: block; font-size: 24px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; margin: 0 0 18px; overflow: hidden; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 9px 14px; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child > td { border-bottom: 0; }
th { font-size: 12px; color: var(--soft); font-weight: 600; text-transform: uppercase; letter-spacing: .05em; white-space: nowrap; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.chip { display: inline-block; background: var(--chip); border-radius: 6px; padding: 1px 8px; margin: 0 4px 4px 0; font-size: 13px; max-width: 100%; overflow-wrap: anywhere; }
.chip i { font-style: normal; color: var(--soft); margin-right: 6px; }
.mark { display: inline-block; border: 1px solid currentColor; border-radius: 20px; padding: 0 9px; font-size: 12px; font-weight: 600; white-space: nowrap; }
.low { color: var(--low); } .medium { color: var(--medium); } .high { color: var(--high); } .critical { color: var(--critical); }
.open { color: var(--open); } .closed { color: var(--closed); }
.head { padding: 16px 20px; border-bottom: 1px solid var(--line); border-left: 4px solid currentColor; }
.head > * { color: var(--text); }
.head .marks { display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 6px; }
.head .low { color: var(--low); } .head .medium { color: var(--medium); } .head .high { color: var(--high); }
.head .critical { color: var(--critical); } .head .open { color: var(--open); } .head .closed { color: var(--closed); }
.body { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 22px 28px; padding: 18px 20px; }
.body section { min-width: 0; }
.body th:first-child, .body td:first-child { padding-left: 0; }
.wide { grid-column: 1 / -1; }
ul { list-style: none; margin: 0; padding: 0; }
li { padding: 4px 0; overflow-wrap: anywhere; }
li + li { border-top: 1px solid var(--line); }
.text { overflow-wrap: anywhere; background: var(--back); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; margin: 0 0 8px; font: inherit; font-size: 14px; max-height: 420px; overflow: auto; }
.markdown > :first-child { margin-top: 0; } .markdown > :last-child { margin-bottom: 0; }
.markdown p { white-space: pre-line; margin: 6px 0; } .markdown h4 { margin: 12px 0 4px; font-size: 14px; }
.markdown ul, .markdown ol { padding-left: 20px; margin: 6px 0; } .markdown ul { list-style: disc; } .markdown li { padding: 1px 0; border: 0; }
.markdown table { font-size: 13px; } .markdown th, .markdown td { padding: 4px 14px 4px 0; }
.markdown hr { border: 0; border-top: 1px solid var(--line); margin: 12px 0; }
code { font: 12.5px ui-monospace, "SF Mono", Menlo, Consolas, monospace; background: var(--chip); border-radius: 4px; padding: 1px 4px; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--link); font-size: 13px; padding: 2px 0 6px; }
footer { color: var(--soft); font-size: 13px; margin-top: 26px; }
`;
