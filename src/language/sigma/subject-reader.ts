import {
  type FieldPath,
  jsonText,
  type MatchSubject,
  membersOf,
  parseFieldPath,
  readField,
} from './field-value.ts';
import { fold } from './fold.ts';
import type { Text } from './glob.ts';

/** One field of one event, as tests look at it. */
export interface FieldView {
  /** undefined: absent. */
  readonly value: unknown;
  /** The value, or each member where it is an array. */
  readonly members: readonly unknown[];
  /** The members as text: numbers and booleans too, objects as compact JSON. */
  texts(): readonly Text[];
}

/**
 * Reads events for the rules of one rule set. A field that several rules ask for
 * is fetched and folded once an event: the reader remembers the last subject, so
 * the rules of one subject should be asked one after the other. A subject must
 * not change while it is matched.
 */
export interface SubjectReader {
  field(name: string): (subject: MatchSubject) => FieldView;
  /** Every key and every scalar of the record, for keywords. */
  everything(): (subject: MatchSubject) => FieldView;
}

export function createSubjectReader(): SubjectReader {
  const fields = new Map<string, (subject: MatchSubject) => FieldView>();
  const everything = rememberLast((subject) => viewOf(scalarsAndKeys(subject.record)));
  return {
    field(name) {
      const known = fields.get(name);
      if (known !== undefined) return known;
      const path: FieldPath = parseFieldPath(name);
      const read = rememberLast((subject) => viewOf(readField(subject, path)));
      fields.set(name, read);
      return read;
    },
    everything: () => everything,
  };
}

function rememberLast(read: (subject: MatchSubject) => FieldView): (subject: MatchSubject) => FieldView {
  let last: MatchSubject | undefined;
  let view: FieldView | undefined;
  return (subject) => {
    if (view === undefined || subject !== last) {
      view = read(subject);
      last = subject;
    }
    return view;
  };
}

function viewOf(value: unknown): FieldView {
  let texts: readonly Text[] | undefined;
  const members = value === undefined ? [] : membersOf(value);
  return {
    value,
    members,
    texts() {
      texts ??= members.flatMap(textsOf);
      return texts;
    },
  };
}

function textsOf(member: unknown): readonly Text[] {
  if (member === null || member === undefined) return [];
  if (typeof member !== 'object') return [textOf(String(member))];
  const json = jsonText(member);
  return json.includes('\\') ? [textOf(json), textOf(withoutEscapes(json))] : [textOf(json)];
}

function textOf(raw: string): Text {
  return { raw, folded: fold(raw) };
}

/**
 * Documents within records (policies) are JSON in a string, and rules quote them
 * as they read: `"s3:GetObject"`, not `\"s3:GetObject\"`.
 */
function withoutEscapes(json: string): string {
  return json.replaceAll(/\\(["\\/])/g, '$1');
}

/** Without recursion: however deep a record is nested, it cannot break the matching. */
function scalarsAndKeys(record: unknown): readonly unknown[] {
  const found: unknown[] = [];
  const open: unknown[] = [record];
  while (open.length > 0) {
    const next = open.pop();
    if (Array.isArray(next)) for (const element of next) open.push(element);
    else if (typeof next === 'object' && next !== null) {
      for (const [key, value] of Object.entries(next)) {
        found.push(key);
        open.push(value);
      }
    } else if (next !== undefined && next !== null) found.push(next);
  }
  return found;
}
