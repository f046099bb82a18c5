/**
 * How a rule's field name finds a value in an event. It knows paths, arrays and
 * the event's context; it does not compare.
 */
import type { EnrichedEvent, EventContext } from '../../domain/event.ts';
import { hashOf } from '../../domain/hash.ts';
import { unhidden } from '../../domain/record.ts';

/** What a rule is matched against: a record, and what enriching added to it. */
export type MatchSubject = Pick<EnrichedEvent, 'record'> & { readonly context?: EventContext };

export type SubjectTest = (subject: MatchSubject) => boolean;

/** A field name, split once. */
export interface FieldPath {
  readonly name: string;
  readonly steps: readonly string[];
  /** Its first step names a part of the event's context. */
  readonly inContext: boolean;
}

const CONTEXT_ROOTS: readonly string[] = [
  'actor',
  'account',
  'action',
  'source',
  'place',
  'target',
  'company',
  'derived',
];
const GROUP_TEXT_LIMIT = 256;

export function parseFieldPath(name: string): FieldPath {
  const steps = name.split('.');
  return { name, steps, inContext: steps.length > 1 && CONTEXT_ROOTS.includes(steps[0] ?? '') };
}

/**
 * The value of a field; undefined where it is absent, null where it is null.
 *
 * A key that is spelled like the whole name wins, then the path. Every element of
 * an array on the way is followed, and the result is then the array of what they
 * hold. `actor.…`, `account.…`, `action.…`, `source.…` and `derived.…` read the
 * context where the subject has one, and never the record then.
 */
export function fieldValue(subject: MatchSubject, path: string): unknown {
  return readField(subject, pathOf(path));
}

const PATHS_KEPT = 1_000;
const paths = new Map<string, FieldPath>();

/** Names come from rules, so they are few and come again for every event. */
function pathOf(name: string): FieldPath {
  const known = paths.get(name);
  if (known !== undefined) return known;
  const path = parseFieldPath(name);
  if (paths.size < PATHS_KEPT) paths.set(name, path);
  return path;
}

/** `fieldValue` for a path that was split before. */
export function readField(subject: MatchSubject, path: FieldPath): unknown {
  if (path.inContext && subject.context !== undefined) return readSteps(subject.context, path.steps, 0);
  if (Object.hasOwn(subject.record, path.name)) return subject.record[path.name];
  return path.steps.length > 1 ? readSteps(subject.record, path.steps, 0) : undefined;
}

function readSteps(from: unknown, steps: readonly string[], start: number): unknown {
  let value = from;
  for (let at = start; at < steps.length; at += 1) {
    if (Array.isArray(value)) return readElements(value, steps, at);
    const step = steps[at] ?? '';
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
}

function readElements(array: readonly unknown[], steps: readonly string[], at: number): unknown {
  const found = membersOf(array).map((element) => readSteps(element, steps, at));
  const present = found.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : present;
}

/** The value itself, or all that an array holds, arrays in arrays unrolled. However deep, it does not recurse. */
export function membersOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [value];
  if (!value.some(Array.isArray)) return value;
  const members: unknown[] = [];
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (Array.isArray(next)) for (let at = next.length - 1; at >= 0; at -= 1) open.push(next[at]);
    else members.push(next);
  }
  return members;
}

/** A value as compact JSON text; '' where it is nested beyond what can be written. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

/**
 * The value of a group-by field as it enters fingerprints and window keys: '' where
 * it is absent, null or hidden by CloudTrail (a hidden name is nobody's name and joins nobody), JSON text for arrays and objects. At most 256 characters:
 * of a longer one the tail is a hash, so that different values stay different.
 */
export function groupText(subject: MatchSubject, path: string): string {
  const value = fieldValue(subject, path);
  if (value === undefined || value === null) return '';
  const text = unhidden(typeof value === 'object' ? jsonText(value) : String(value));
  if (text.length <= GROUP_TEXT_LIMIT) return text;
  const tail = `~${hashOf([text])}`;
  const head = text.slice(0, GROUP_TEXT_LIMIT - tail.length).replace(/[\uD800-\uDBFF]$/, '');
  return head + tail;
}
