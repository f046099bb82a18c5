import Type, { type Static } from 'typebox';
import type { Problem } from '../../domain/problem.ts';
import { compileSchema } from '../schema.ts';
import type { YamlDocument } from '../yaml.ts';
import type { DocumentPath, Reporter, SigmaDocument } from './document.ts';
import { reloadableField } from './reloadable-field.ts';
import { parseTimespan, TIMESPAN_FORM } from './timespan.ts';

/** `x-baseline`: the first time in `memoryMs` that a group shows a value, once the group is known for `learnMs`. */
export interface BaselineTerms {
  readonly kind: 'baseline';
  /** Field names; the recipient account comes first and is not listed. */
  readonly group: readonly string[];
  /** Fields whose values, together, are what may be new. */
  readonly value: readonly string[];
  readonly learnMs: number;
  readonly memoryMs: number;
  /** Values that a group must have shown before a further one is worth an alert. */
  readonly minValues: number;
}

/** `x-heartbeat`: the events of a group stop arriving. */
export interface HeartbeatTerms {
  readonly kind: 'heartbeat';
  readonly group: readonly string[];
  /** The longest pause that is no silence; absent: it is learnt. */
  readonly everyMs?: number;
  /** How long a group is watched before its silence says anything. */
  readonly learnMs: number;
  /** Times that are no part of a pause, epoch ms, `to` excluded; sorted, apart. Absent: none. */
  readonly holidays?: readonly Holiday[];
}

export interface Holiday {
  readonly from: number;
  readonly to: number;
}

export type RuleExtension = BaselineTerms | HeartbeatTerms;

export const EXTENSION_KEYS = ['x-baseline', 'x-heartbeat'] as const;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DEFAULT_LEARN = '14d';
const DEFAULT_MEMORY = '30d';
/** A heartbeat remembers the rhythm of four weeks. */
const LONGEST_HEARTBEAT_LEARN_MS = 28 * DAY_MS;
const LONGEST_MEMORY_MS = 90 * DAY_MS;

const fields = (minItems: number) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { minItems, maxItems: 4 });
const timespan = Type.String({ pattern: '^[0-9]{1,12}[smhdwMy]$', description: TIMESPAN_FORM });

const baselineSchema = Type.Object(
  {
    group: Type.Optional(fields(1)),
    value: Type.Union([Type.String({ minLength: 1, maxLength: 256 }), fields(1)]),
    learn: Type.Optional(timespan),
    memory: Type.Optional(timespan),
    'min-values': Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  },
  { additionalProperties: false },
);

const heartbeatSchema = Type.Object(
  {
    group: Type.Optional(fields(0)),
    every: Type.Optional(timespan),
    learn: Type.Optional(timespan),
    holidays: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]{4}-[0-9]{2}-[0-9]{2})?$',
          description: 'a day or a first and a last one (UTC), as in 2026-12-24 or 2026-12-24/2027-01-01',
        }),
        { maxItems: 200 },
      ),
    ),
  },
  { additionalProperties: false },
);

const baseline = compileSchema<Static<typeof baselineSchema>>(baselineSchema);
const heartbeat = compileSchema<Static<typeof heartbeatSchema>>(heartbeatSchema);

/**
 * The `x-baseline` or `x-heartbeat` of a rule; undefined where it has none. Reports
 * what is wrong; what it returns then must not be used.
 */
export function parseExtension(document: SigmaDocument, report: Reporter): RuleExtension | undefined {
  const [key, second] = EXTENSION_KEYS.filter((each) => document.value[each] !== undefined);
  if (key === undefined) return undefined;
  if (second !== undefined) report([second], `a rule is either "${key}" or "${second}". Split it.`);
  for (const other of ['x-group-by', 'x-period']) {
    if (document.value[other] !== undefined)
      report(
        [other],
        `"${other}" means nothing beside "${key}". Write "group" below "${key}" instead, or remove it.`,
      );
  }
  return key === 'x-baseline' ? parseBaseline(document, report) : parseHeartbeat(document, report);
}

/** A correlation or filter takes no extension: its own keys would be passed over in silence. */
export function reportMisplacedExtension(document: SigmaDocument, report: Reporter): void {
  for (const key of EXTENSION_KEYS) {
    if (document.value[key] !== undefined)
      report(
        [key],
        `"${key}" stands on rules with a "detection" only. Move it to the rule whose events it watches.`,
      );
  }
}

function parseBaseline(document: SigmaDocument, report: Reporter): BaselineTerms | undefined {
  const part = partOf(document, 'x-baseline');
  if (!baseline.check(part.value)) return tell(baseline.problems(part), report);
  const { value, group, learn, memory } = part.value;
  refuseReloadable([group ?? [], value].flat(), part, report);
  const span = spanReader('x-baseline', report);
  return {
    kind: 'baseline',
    group: withoutAccount(group ?? ['actor.principal']),
    value: typeof value === 'string' ? [value] : [...new Set(value)],
    learnMs: span('learn', learn ?? DEFAULT_LEARN, DAY_MS, LONGEST_MEMORY_MS, 'a day to 90 days'),
    memoryMs: span('memory', memory ?? DEFAULT_MEMORY, DAY_MS, LONGEST_MEMORY_MS, 'a day to 90 days'),
    minValues: part.value['min-values'] ?? 1,
  };
}

function parseHeartbeat(document: SigmaDocument, report: Reporter): HeartbeatTerms | undefined {
  const part = partOf(document, 'x-heartbeat');
  if (!heartbeat.check(part.value)) return tell(heartbeat.problems(part), report);
  const { group, every, learn } = part.value;
  refuseReloadable(group ?? [], part, report);
  const span = spanReader('x-heartbeat', report);
  const learnMs = span(
    'learn',
    learn ?? DEFAULT_LEARN,
    DAY_MS,
    LONGEST_HEARTBEAT_LEARN_MS,
    'a day to 28 days',
  );
  const watched = {
    kind: 'heartbeat',
    group: withoutAccount(group ?? []),
    ...holidaysOf(part.value.holidays ?? [], report),
  } as const;
  if (every === undefined) return { ...watched, learnMs };
  if (learn !== undefined)
    report(
      ['x-heartbeat', 'learn'],
      '"every" states the interval, so there is nothing to "learn". Keep one of them.',
    );
  const everyMs = span('every', every, 15 * MINUTE_MS, 7 * DAY_MS, '15 minutes to 7 days');
  return { ...watched, everyMs, learnMs: 0 };
}

/** Days as times; those that touch are one. */
function holidaysOf(texts: readonly string[], report: Reporter): Pick<HeartbeatTerms, 'holidays'> {
  const holidays = texts.map((text, at): Holiday => {
    const [first = '', last = first] = text.split('/');
    const [from, to] = [dayStart(first), dayStart(last)];
    if (from === undefined || to === undefined || to < from)
      report(['x-heartbeat', 'holidays', at], `"${text}" is no day and no range of days. Correct it.`);
    return { from: from ?? 0, to: (to ?? 0) + DAY_MS };
  });
  const joined: Holiday[] = [];
  for (const next of holidays.sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last === undefined || next.from > last.to) joined.push(next);
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
  }
  return joined.length === 0 ? {} : { holidays: joined };
}

/** Midnight UTC; undefined for a day that no month has. */
function dayStart(text: string): number | undefined {
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? undefined : time;
}

/** The map below the key as a document of its own, whose lines are those of the file. */
function partOf(document: SigmaDocument, key: string): YamlDocument {
  return {
    file: document.file,
    line: document.lineOf([key]),
    value: document.value[key],
    lineOf: (path: DocumentPath) => document.lineOf([key, ...path]),
  };
}

function tell(problems: readonly Problem[], report: Reporter): undefined {
  for (const { line, message } of problems) report.atLine(line, message);
}

type SpanReader = (name: string, text: string, least: number, most: number, range: string) => number;

function spanReader(key: string, report: Reporter): SpanReader {
  return (name, text, least, most, range) => {
    const ms = parseTimespan(text) ?? 0;
    if (ms < least || ms > most) report([key, name], `"${name}" must be ${range}, as in 14d. Correct it.`);
    return ms;
  };
}

/** The values name the alert. */
function refuseReloadable(names: readonly string[], part: YamlDocument, report: Reporter): void {
  for (const reason of names.flatMap((name) => reloadableField(name) ?? [])) report.atLine(part.line, reason);
}

function withoutAccount(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== 'account');
}
