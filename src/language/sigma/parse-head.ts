import { SEVERITIES, type Severity } from '../../domain/severity.ts';
import { closestName } from '../closest-name.ts';
import { listOf, type Reporter, type SigmaDocument } from './document.ts';
import { reloadableField } from './reloadable-field.ts';
import { EXTENSION_KEYS } from './rule-extensions.ts';
import type { SigmaHead } from './sigma-rule.ts';
import { parseTimespan, TIMESPAN_FORM } from './timespan.ts';

const OUR_KEYS = [
  ...['x-alert-type', 'x-group-by', 'x-period', 'x-runbook', 'x-across-accounts'],
  ...EXTENSION_KEYS,
] as const;
const OWN_MEANING = new Set<string>([
  ...['id', 'name', 'title', 'description', 'level', 'tags', 'falsepositives', 'logsource', 'detection'],
  ...['correlation', 'filter', 'generate', ...OUR_KEYS],
]);
const DEFAULT_ALERT_TYPE = 'cloudtrail.detection';
const DEFAULT_GROUP_BY: readonly string[] = ['actor.principal'];
const DEFAULT_PERIOD_MS = 86_400_000;
const ALERT_TYPE = /^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$/;

/** Names by which others may refer to a document, as far as they can be read. */
export function namesOf(document: SigmaDocument): readonly string[] {
  return ['id', 'name', 'title']
    .map((key) => document.value[key])
    .filter((value): value is string => typeof value === 'string' && value !== '');
}

/**
 * The part that all documents have: identity, words for people, and our own keys.
 * Reports what is wrong; what it returns then must not be used.
 */
export function parseHead(document: SigmaDocument, report: Reporter): SigmaHead {
  const { value } = document;
  for (const key of Object.keys(value)) reportMistypedKey(key, report);
  return {
    ...parseIdentity(document, report),
    description: parseText(value['description'], 'description', report),
    level: parseLevel(value['level'], report),
    tags: parseTexts(value['tags'], 'tags', report),
    falsePositives: parseTexts(value['falsepositives'], 'falsepositives', report),
    alertType: parseAlertType(value['x-alert-type'], report),
    groupBy: parseGroupBy(value['x-group-by'], report),
    periodMs: parsePeriod(value['x-period'], report),
    runbook: parseText(value['x-runbook'], 'x-runbook', report),
    custom: new Map(Object.entries(value).filter(([key]) => !OWN_MEANING.has(key))),
  };
}

/** What filters have too. */
export function parseIdentity(
  document: SigmaDocument,
  report: Reporter,
): Pick<SigmaHead, 'id' | 'name' | 'title' | 'place'> {
  const { value } = document;
  const name = value['name'];
  if (name !== undefined && (typeof name !== 'string' || name === '')) {
    report(['name'], '"name" must be a text that is not empty.');
  }
  return {
    id: parseId(value['id'], report),
    name: typeof name === 'string' ? name : undefined,
    title: parseTitle(value['title'], report),
    place: { file: document.file, line: document.lineOf(['id']) },
  };
}

function parseId(id: unknown, report: Reporter): string {
  if (typeof id === 'string' && id.trim() !== '' && id.length <= 128) return id;
  const message =
    id === undefined || id === null
      ? 'the rule has no "id". Add a UUID: alerts and suppressions are bound to it.'
      : '"id" must be a text of 1 to 128 characters, best a UUID. Put it in quotes.';
  report(['id'], message);
  return '';
}

function parseTitle(title: unknown, report: Reporter): string {
  if (typeof title === 'string' && title.trim() !== '' && title.length <= 256) return title;
  const what = title === undefined ? 'the rule has no "title"' : '"title" is no text of 1 to 256 characters';
  report(['title'], `${what}. Say in a few words what it detects.`);
  return '';
}

function reportMistypedKey(key: string, report: Reporter): void {
  if (OWN_MEANING.has(key) || !key.startsWith('x-')) return;
  const near = closestName(key, OUR_KEYS);
  if (near !== undefined) report([key], `unknown key "${key}". Did you mean "${near}"?`);
}

function parseLevel(level: unknown, report: Reporter): Severity {
  if (level === undefined || level === null) return 'medium';
  const known = SEVERITIES.find((severity) => severity === level);
  if (known === undefined) report(['level'], `unknown "level". Write one of ${SEVERITIES.join(', ')}.`);
  return known ?? 'medium';
}

function parseText(value: unknown, key: string, report: Reporter): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  report([key], `"${key}" must be a text. Put it in quotes.`);
  return '';
}

function parseTexts(value: unknown, key: string, report: Reporter): readonly string[] {
  const items = listOf(value);
  items.forEach((item, index) => {
    if (typeof item !== 'string')
      report([key, index], `"${key}" must be a list of texts. Put the item in quotes.`);
  });
  return items.filter((item) => typeof item === 'string');
}

function parseAlertType(value: unknown, report: Reporter): string {
  if (value === undefined) return DEFAULT_ALERT_TYPE;
  if (typeof value === 'string' && value.length <= 32 && ALERT_TYPE.test(value)) return value;
  const remedy = 'Write a dotted lower-case name of at most 32 characters, as in iam.access_key.abuse.';
  report(['x-alert-type'], `"x-alert-type" is no alert type. ${remedy}`);
  return DEFAULT_ALERT_TYPE;
}

function parseGroupBy(value: unknown, report: Reporter): readonly string[] {
  if (value === undefined) return DEFAULT_GROUP_BY;
  if (!Array.isArray(value)) {
    report(['x-group-by'], '"x-group-by" must be a list of field names. Write [actor.principal].');
    return DEFAULT_GROUP_BY;
  }
  return fieldNames(value, ['x-group-by'], report);
}

/** Field names of a list; `account` is always part of the group and is left out. */
export function fieldNames(
  list: readonly unknown[],
  path: readonly string[],
  report: Reporter,
): readonly string[] {
  list.forEach((name, index) => {
    if (typeof name !== 'string' || name.trim() === '') {
      report([...path, index], `"${path.at(-1)}" must hold field names. Write a text.`);
      return;
    }
    const reason = reloadableField(name);
    if (reason !== undefined) report([...path, index], reason);
  });
  const names = list.filter((name): name is string => typeof name === 'string' && name !== 'account');
  return [...new Set(names)];
}

function parsePeriod(value: unknown, report: Reporter): number {
  if (value === undefined) return DEFAULT_PERIOD_MS;
  const periodMs = parseTimespan(value);
  if (periodMs === undefined) report(['x-period'], `"x-period" is no timespan. Write ${TIMESPAN_FORM}.`);
  return periodMs ?? DEFAULT_PERIOD_MS;
}
