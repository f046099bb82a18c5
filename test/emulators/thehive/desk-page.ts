/**
 * What TheHive holds, as one HTML page without scripts: it is what a newcomer sees
 * after the demo. Not TheHive's own screen. Everything shown is attacker-written in
 * the end, so all of it is escaped.
 */
import { DESK_STYLE } from './desk-style.ts';
import { type Html, html } from './html.ts';
import { markdown } from './markdown.ts';
import { type AlertEntity, type CaseEntity, on, type Place, type State } from './store.ts';

const SEVERITIES = ['', 'low', 'medium', 'high', 'critical'];
/** Chips of a kind that are shown at once; the rest is a click away. */
const SHOWN_CHIPS = 14;

/** The page; the newest case comes first. */
export function renderDesk(state: State): string {
  const cases = [...state.cases].sort((left, right) => right.number - left.number);
  const loose = state.alerts.filter((alert) => alert.caseId === undefined);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>trailhive desk: ${cases.length} cases, ${state.alerts.length} alerts</title>
<style>${{ html: DESK_STYLE }}</style>
</head>
<body><main>
<h1>Cases from CloudTrail</h1>
<p class="soft">What trailhive opened in TheHive. This page is drawn by the TheHive emulator; newest first.</p>
${tiles(state)}
${cases.length === 0 ? html`<p class="soft">No case yet.</p>` : overview(state, cases)}
${cases.map((entity) => caseCard(state, entity))}
${loose.length === 0 ? undefined : looseAlerts(state, loose)}
<footer>Text comes from log records and is shown as it was written, never interpreted. Times are UTC.</footer>
</main></body>
</html>
`;
  return page.html;
}

function tiles(state: State): Html {
  const closed = state.cases.filter((entity) => entity.stage === 'Closed').length;
  const onAlerts = state.observables.filter((one) => one.parent.kind === 'alert');
  const counts: readonly (readonly [string, number])[] = [
    ['open cases', state.cases.length - closed],
    ['closed cases', closed],
    ['alerts', state.alerts.length],
    ['observables', new Set(onAlerts.map((one) => `${one.dataType}\n${one.data}`)).size],
    ['tasks', state.tasks.length],
  ];
  return html`<div class="tiles">${counts.map(
    ([name, count]) => html`<div class="tile"><b>${count}</b><span class="soft small">${name}</span></div>`,
  )}</div>`;
}

function overview(state: State, cases: readonly CaseEntity[]): Html {
  return html`<div class="card scroll"><table>
<thead><tr><th>Case</th><th>Title</th><th>Severity</th><th>Status</th><th>Alerts</th><th>Tags</th></tr></thead>
<tbody>${cases.map(
    (entity) => html`<tr>
<td class="number"><a href="#case-${entity.number}">#${entity.number}</a></td>
<td><a href="#case-${entity.number}">${entity.title}</a></td>
<td>${severityMark(entity)}</td>
<td>${statusMark(entity)}</td>
<td class="number">${alertsOf(state, entity).length}</td>
<td>${chips(entity.tags.map((tag) => html`<span class="chip">${tag}</span>`))}</td>
</tr>`,
  )}</tbody></table></div>`;
}

function caseCard(state: State, entity: CaseEntity): Html {
  const place: Place = { kind: 'case', id: entity._id };
  const alerts = alertsOf(state, entity);
  return html`<article class="card" id="case-${entity.number}">
<div class="head ${severityWord(entity)}">
<div class="marks">${severityMark(entity)}${statusMark(entity)}${
    entity.impactStatus === undefined
      ? undefined
      : html`<span class="mark closed">${entity.impactStatus}</span>`
  }</div>
<h2>#${entity.number} ${entity.title}</h2>
<p class="soft small">opened ${time(entity._createdAt)}${entity.endDate === undefined ? '' : `, closed ${time(entity.endDate)}`}${
    entity.summary === undefined ? '' : `: ${entity.summary}`
  }</p>
<p>${chips(entity.tags.map((tag) => html`<span class="chip">${tag}</span>`))}</p>
</div>
<div class="body">
${part(`Alerts (${alerts.length})`, alertTable(state, alerts), true)}
${observablesPart(state, place)}
${proceduresPart(state, place)}
${tasksPart(state, entity)}
${commentsPart(state, place)}
${state.pages
  .filter((page) => page.caseId === entity._id)
  .map((page) => part(`Page: ${page.title}`, boxed(page.content), true))}
${part('Description', folded('Show the description', boxed(entity.description)), true)}
</div>
</article>`;
}

function alertTable(state: State, alerts: readonly AlertEntity[]): Html | undefined {
  if (alerts.length === 0) return undefined;
  return html`<div class="scroll"><table>
<thead><tr><th>Severity</th><th>Title</th><th>Type</th><th>Status</th><th>First seen</th></tr></thead>
<tbody>${alerts.map(
    (alert) => html`<tr>
<td>${severityMark(alert)}</td>
<td>${alert.title}${on(state.comments, { kind: 'alert', id: alert._id }).map((comment) =>
      boxed(comment.message),
    )}</td>
<td class="small">${alert.type}</td>
<td>${statusMark(alert)}</td>
<td class="number small">${time(alert.date)}</td>
</tr>`,
  )}</tbody></table></div>`;
}

function observablesPart(state: State, place: Place): Html | undefined {
  const all = on(state.observables, place);
  const shown = all.map(
    (one) => html`<span class="chip" title="${one.tags.join(', ')}"><i>${typeOf(one)}</i>${one.data}</span>`,
  );
  return all.length === 0 ? undefined : part(`Observables (${all.length})`, chips(shown));
}

/** `other` says little: trailhive then names its own type in a tag. */
function typeOf(observable: { readonly dataType: string; readonly tags: readonly string[] }): string {
  const own = observable.tags.find((tag) => tag.startsWith('type:') || tag.startsWith('aws-'));
  return observable.dataType === 'other' && own !== undefined
    ? own.replace('type:', '')
    : observable.dataType;
}

function proceduresPart(state: State, place: Place): Html | undefined {
  const ids = [...new Set(on(state.procedures, place).map((one) => one.patternId))];
  const shown = ids.map((id) => html`<span class="chip">${id}</span>`);
  return ids.length === 0 ? undefined : part(`ATT&CK techniques (${ids.length})`, chips(shown));
}

function tasksPart(state: State, entity: CaseEntity): Html | undefined {
  const tasks = state.tasks.filter((task) => task.caseId === entity._id);
  if (tasks.length === 0) return undefined;
  const items = tasks.map(
    (task) =>
      html`<li>${task.status === 'Completed' ? '☑' : '☐'} ${task.title} <span class="soft small">${task.group}, ${task.status}</span></li>`,
  );
  return part(`Tasks (${tasks.length})`, html`<ul>${items}</ul>`);
}

function commentsPart(state: State, place: Place): Html | undefined {
  const comments = on(state.comments, place);
  if (comments.length === 0) return undefined;
  const items = comments.map(
    (comment) => html`<div class="soft small">${comment._createdBy}, ${time(comment._createdAt)}</div>
${boxed(comment.message)}`,
  );
  return part(`Comments (${comments.length})`, html`${items}`);
}

function looseAlerts(state: State, alerts: readonly AlertEntity[]): Html {
  return html`<div class="card"><div class="head closed"><h2>Alerts without a case (${alerts.length})</h2></div>
${alertTable(state, alerts)}</div>`;
}

function part(title: string, content: Html | undefined, isWide = false): Html | undefined {
  if (content === undefined) return undefined;
  return html`<section class="${isWide ? 'wide' : ''}"><h3>${title}</h3>${content}</section>`;
}

function chips(all: readonly Html[]): Html {
  if (all.length <= SHOWN_CHIPS) return html`${all}`;
  const rest = all.slice(SHOWN_CHIPS);
  return html`${all.slice(0, SHOWN_CHIPS)}${folded(`${rest.length} more`, html`${rest}`)}`;
}

function boxed(text: string): Html {
  return html`<div class="text">${markdown(text)}</div>`;
}

function folded(label: string, content: Html): Html {
  return html`<details><summary>${label}</summary>${content}</details>`;
}

function alertsOf(state: State, entity: CaseEntity): readonly AlertEntity[] {
  return state.alerts.filter((alert) => alert.caseId === entity._id);
}

function severityWord(entity: { readonly severity: number }): string {
  return SEVERITIES[entity.severity] ?? '';
}

function severityMark(entity: { readonly severity: number }): Html {
  return html`<span class="mark ${severityWord(entity)}">${severityWord(entity)}</span>`;
}

function statusMark(entity: { readonly status: string; readonly stage: string }): Html {
  return html`<span class="mark ${entity.stage === 'Closed' ? 'closed' : 'open'}">${entity.status}</span>`;
}

function time(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
