/**
 * The little Markdown that trailhive writes, as HTML: headings, lists, tables, bold,
 * code. Not CommonMark: no links, no images, no HTML; what it does not know is shown
 * as the text it is.
 */
import { type Html, html } from './html.ts';

export function markdown(text: string): Html {
  const lines = text.split('\n').filter((line) => !/^<!--.*-->$/.test(line.trim()));
  const blocks: Html[] = [];
  for (let at = 0; at < lines.length; ) {
    const kind = kindOf(lines[at] ?? '');
    let end = at + 1;
    while (end < lines.length && kind !== 'heading' && kindOf(lines[end] ?? '') === kind) end += 1;
    blocks.push(block(kind, lines.slice(at, end)));
    at = end;
  }
  return html`<div class="markdown">${blocks}</div>`;
}

type Kind = 'blank' | 'heading' | 'rule' | 'bullets' | 'numbers' | 'table' | 'text';

const KINDS: readonly (readonly [Kind, RegExp])[] = [
  ['blank', /^\s*$/],
  ['heading', /^#{1,6} /],
  ['rule', /^---+\s*$/],
  ['bullets', /^\s*[-*] /],
  ['numbers', /^\s*\d+\. /],
  ['table', /^\s*\|.*\|\s*$/],
];

function kindOf(line: string): Kind {
  return KINDS.find(([, pattern]) => pattern.test(line))?.[0] ?? 'text';
}

function block(kind: Kind, lines: readonly string[]): Html {
  const items = () => lines.map((line) => html`<li>${inline(line.replace(/^\s*([-*]|\d+\.) /, ''))}</li>`);
  if (kind === 'blank') return html``;
  if (kind === 'rule') return html`<hr>`;
  if (kind === 'heading') return html`<h4>${inline((lines[0] ?? '').replace(/^#+ /, ''))}</h4>`;
  if (kind === 'bullets') return html`<ul>${items()}</ul>`;
  if (kind === 'numbers') return html`<ol>${items()}</ol>`;
  if (kind === 'table') return table(lines);
  return html`<p>${inline(lines.join('\n'))}</p>`;
}

function table(lines: readonly string[]): Html {
  const rows = lines.filter((line) => !/^[\s|:-]+$/.test(line)).map(cells);
  const [head = [], ...body] = rows;
  return html`<div class="scroll"><table><thead><tr>${head.map((cell) => html`<th>${inline(cell)}</th>`)}</tr></thead>
<tbody>${body.map((row) => html`<tr>${row.map((cell) => html`<td>${inline(cell)}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** The cells of a row; `\|` belongs to its cell. */
function cells(line: string): string[] {
  const inner = line.trim().slice(1, -1);
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim());
}

const INLINE = /(`+)(.+?)\1(?!`)|\*\*(.+?)\*\*|\\([!-/:-@[-`{-~])|&(lt|gt|amp|quot|#39);/gs;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };

function inline(text: string): Html {
  const parts: (Html | string)[] = [];
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, , code, bold, literal, entity] = match;
    parts.push(text.slice(done, match.index));
    if (code !== undefined) parts.push(html`<code>${code.trim().replaceAll('\\|', '|')}</code>`);
    else if (bold !== undefined) parts.push(html`<b>${inline(bold)}</b>`);
    else parts.push(literal ?? ENTITIES[entity ?? ''] ?? whole);
    done = match.index + whole.length;
  }
  parts.push(text.slice(done));
  return html`${parts}`;
}
