import { type Alert, shownSeverity } from '../../domain/alert.ts';
import type { CaseDesk } from '../../domain/ports.ts';
import type { Severity } from '../../domain/severity.ts';
import {
  type AlertDocument,
  alertDocument,
  alertName,
  alertTags,
  bareAlertDocument,
} from './alert-document.ts';
import { type Answer, bodyOf, reasonOf } from './answer.ts';
import { pathOf } from './client.ts';
import type { DeskDeps } from './desk-deps.ts';
import { addDocuments } from './observable-writes.ts';
import type { OwnValues } from './own-fields.ts';
import { alertValues, presentValue, splitValues, staleTags } from './own-fields.ts';
import { addProcedureDocuments } from './procedure-writes.ts';
import { type AlertRow, alertRow, type HandledRow, toDeskAlert } from './rows.ts';
import type { ServerFacts } from './server-facts.ts';
import { severityToWrite } from './severity-number.ts';
import { writeOnce } from './write-once.ts';

type AlertPart = Pick<CaseDesk, 'findAlert' | 'createAlert' | 'updateAlert' | 'readAlert'>;

/** Alerts: found by their own name, made once, changed only where trailhive is the owner. */
export function createAlertDesk(deps: DeskDeps): AlertPart {
  const { client, facts } = deps;
  const find = async (alert: Alert): Promise<AlertRow | undefined> => {
    const body = await client.read(pathOf('alert', alertName(alert)));
    return body === undefined ? undefined : alertRow(body);
  };
  return {
    async findAlert(alert) {
      const row = await find(alert);
      return row === undefined ? undefined : toDeskAlert(row);
    },
    async createAlert(alert) {
      const row = await writeOnce(
        { wait: client.wait, lagMs: 0, isUnique: true },
        () => find(alert),
        () => createInSteps(deps, alert, find),
      );
      return toDeskAlert(row);
    },
    async updateAlert(id, alert) {
      const path = pathOf('alert', id);
      const body = await client.read(path);
      if (body === undefined) return;
      const row = alertRow(body);
      // Whoever changes a closed alert last would count as the one who judged it.
      if (row.stage === 'Closed') return;
      const known = await facts.current();
      const change = ownChange(row, known, {
        severity: shownSeverity(alert),
        tags: alertTags(alert, known),
        values: alertValues(alert),
      });
      await patch(deps, path, change);
    },
    async readAlert(id) {
      const body = await client.read(pathOf('alert', id));
      return body === undefined ? undefined : toDeskAlert(alertRow(body));
    },
  };
}

/**
 * The whole alert in one request. Where the server refuses it (an unknown
 * technique, type or field takes the whole down), the bare alert first and then
 * its parts one by one: what is refused then is left as a tag or as `other`.
 */
async function createInSteps(
  deps: DeskDeps,
  alert: Alert,
  find: (alert: Alert) => Promise<AlertRow | undefined>,
): Promise<AlertRow> {
  const { facts, texts, log, metrics } = deps;
  const description = texts.alertDescription(alert);
  const whole = await post(deps, alertDocument(alert, await facts.current(), description));
  if (whole.ok) return alertRow(whole.body);
  // A refusal may mean that it is there already: another worker, or a try that was cut.
  const there = await find(alert);
  if (there !== undefined) return there;
  metrics.count('thehive_degraded', { what: 'alert' });
  log.warn({ fingerprint: alert.fingerprint, reason: reasonOf(whole.body) }, 'alert is made in steps');
  const known = await facts.renew();
  const bare = await post(deps, bareAlertDocument(alert, known, description));
  const row = alertRow(bodyOf(bare, 'create an alert'));
  const place = { kind: 'alert', id: row.id } as const;
  const document = alertDocument(alert, known, description);
  await patch(deps, pathOf('alert', row.id), { customFields: document.customFields });
  await addDocuments(deps, place, document.observables ?? []);
  await addProcedureDocuments(deps, place, document.procedures ?? []);
  return row;
}

function post({ client }: DeskDeps, document: AlertDocument): Promise<Answer> {
  return client.send({ method: 'POST', path: '/alert', body: document, repeatable: false });
}

/** What of an alert or case is trailhive's to change: severity upwards, own tags, own fields. Undefined: nothing. */
export function ownChange(
  present: HandledRow,
  known: Pick<ServerFacts, 'customFields'>,
  wanted: { readonly severity: Severity; readonly tags: readonly string[]; readonly values: OwnValues },
): Readonly<Record<string, unknown>> {
  const severity = severityToWrite(
    present.severity,
    presentValue('trailhive-severity', present),
    wanted.severity,
  );
  const addTags = wanted.tags.filter((tag) => !present.tags.includes(tag));
  const removeTags = staleTags(present.tags, wanted.tags);
  const { fields } = splitValues(wanted.values, known.customFields);
  const changed = Object.entries(fields).filter(([name, value]) => present.customFields.get(name) !== value);
  return {
    ...(severity === undefined ? {} : { severity }),
    ...(addTags.length === 0 ? {} : { addTags }),
    ...(removeTags.length === 0 ? {} : { removeTags }),
    // The object form adds or sets; an array would replace what people filled in.
    ...(changed.length === 0 ? {} : { customFields: Object.fromEntries(changed) }),
  };
}

/** Sends a change, without its custom fields where the server refuses those; nothing to change sends nothing. */
export async function patch(
  deps: DeskDeps,
  path: string,
  change: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { customFields, ...rest } = change;
  const send = (body: Readonly<Record<string, unknown>>) =>
    deps.client.send({ method: 'PATCH', path, body, repeatable: true });
  if (isEmpty(customFields) && isEmpty(rest)) return;
  const answer = await send(isEmpty(customFields) ? rest : change);
  if (answer.ok || answer.status === 404) return;
  if (isEmpty(customFields)) bodyOf(answer, `change ${path}`);
  deps.metrics.count('thehive_degraded', { what: 'custom-fields' });
  deps.log.warn({ path, reason: reasonOf(answer.body) }, 'custom fields were refused');
  await deps.facts.renew();
  if (!isEmpty(rest)) bodyOf(await send(rest), `change ${path}`);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || Object.keys(value as object).length === 0;
}
