import { type Alert, shownSeverity } from '../../domain/alert.ts';
import { maxSeverity, type Severity } from '../../domain/severity.ts';
import { accountsOf } from './accounts-of.ts';
import { tagOf } from './tag.ts';

/** trailhive's own custom fields; `trailhive setup thehive` makes them. */
export const OWN_FIELDS = [
  { name: 'trailhive-account', type: 'string', description: 'AWS account that the events happened in.' },
  { name: 'trailhive-environment', type: 'string', description: 'Environment of that account.' },
  {
    name: 'trailhive-severity',
    type: 'string',
    description: 'Severity by trailhive, whatever a person set.',
  },
  {
    name: 'trailhive-score',
    type: 'integer',
    description: 'How much it matters, 0 to 100; the text says why.',
  },
  { name: 'trailhive-count', type: 'integer', description: 'Events behind the alert or case.' },
  { name: 'trailhive-alert-count', type: 'integer', description: 'Alerts of trailhive in the case.' },
  { name: 'trailhive-first-seen', type: 'date', description: 'Time of the first event.' },
  { name: 'trailhive-last-seen', type: 'date', description: 'Time of the last event.' },
] as const;

export type OwnFieldName = (typeof OWN_FIELDS)[number]['name'];
export type OwnValues = Partial<Record<OwnFieldName, string | number>>;

/** TheHive's integers have 32 bits. */
const MAX_INTEGER = 2 ** 31 - 1;

export function alertValues(alert: Alert): OwnValues {
  const environment = environmentOf(alert);
  return {
    'trailhive-account': accountsOf(alert).join(', ') || 'unknown',
    ...(environment === undefined ? {} : { 'trailhive-environment': environment }),
    'trailhive-severity': shownSeverity(alert),
    ...scoreOf([alert]),
    'trailhive-count': Math.min(alert.count, MAX_INTEGER),
    'trailhive-first-seen': alert.firstSeen,
    'trailhive-last-seen': alert.lastSeen,
  };
}

/** Of all alerts of a case. The accounts of several are listed. */
export function caseValues(alerts: readonly Alert[]): OwnValues {
  if (alerts.length === 0) return {};
  const accounts = [...new Set(alerts.flatMap(accountsOf))].sort();
  const environments = [...new Set(alerts.map(environmentOf).filter((name) => name !== undefined))].sort();
  const severity = alerts.map(shownSeverity).reduce<Severity>(maxSeverity, 'informational');
  const count = alerts.reduce((sum, alert) => sum + alert.count, 0);
  return {
    'trailhive-account': accounts.length === 0 ? 'unknown' : accounts.join(', ').slice(0, 250),
    ...(environments.length === 0 ? {} : { 'trailhive-environment': environments.join(', ').slice(0, 250) }),
    'trailhive-severity': severity,
    ...scoreOf(alerts),
    'trailhive-count': Math.min(count, MAX_INTEGER),
    'trailhive-alert-count': alerts.length,
    'trailhive-first-seen': Math.min(...alerts.map((alert) => alert.firstSeen)),
    'trailhive-last-seen': Math.max(...alerts.map((alert) => alert.lastSeen)),
  };
}

/** The highest of them. */
function scoreOf(alerts: readonly Alert[]): OwnValues {
  const values = alerts.flatMap(({ score }) => (score === undefined ? [] : [score.value]));
  return values.length === 0 ? {} : { 'trailhive-score': Math.max(...values) };
}

export function environmentOf(alert: Alert): string | undefined {
  return alert.evidence.find((evidence) => evidence.environment !== undefined)?.environment;
}

/** How the values can be written: as fields where the server has them, else as tags `name:value`. */
export function splitValues(
  values: OwnValues,
  known: ReadonlySet<string>,
): { readonly fields: Readonly<Record<string, string | number>>; readonly tags: readonly string[] } {
  const fields: Record<string, string | number> = {};
  const tags: string[] = [];
  for (const { name, type } of OWN_FIELDS) {
    const value = values[name];
    if (value === undefined) continue;
    if (known.has(name)) fields[name] = value;
    else tags.push(tagOf(`${name}:${type === 'date' ? new Date(value).toISOString() : value}`));
  }
  return { fields, tags };
}

/** Own `name:value` tags of before that say something else now. */
export function staleTags(present: readonly string[], wanted: readonly string[]): readonly string[] {
  return present.filter(
    (tag) => OWN_FIELDS.some(({ name }) => tag.startsWith(`${name}:`)) && !wanted.includes(tag),
  );
}

/** The value that stands in TheHive, from field or tag. */
export function presentValue(
  name: OwnFieldName,
  place: { readonly tags: readonly string[]; readonly customFields: ReadonlyMap<string, unknown> },
): string | undefined {
  const field = place.customFields.get(name);
  if (field !== undefined && field !== null) return String(field);
  return place.tags.find((tag) => tag.startsWith(`${name}:`))?.slice(name.length + 1);
}
