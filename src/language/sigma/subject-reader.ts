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
  let view: FieldView = ABSENT;
  return (subject) => {
    if (subject !== last) {
      view = read(subject);
      last = subject;
    }
    return view;
  };
}

const NOTHING: readonly never[] = [];
const ABSENT: FieldView = { value: undefined, members: NOTHING, texts: () => NOTHING };

function viewOf(value: unknown): FieldView {
  return value === undefined ? ABSENT : new PresentView(value);
}

/** A class, because one is made for each field and event, and its getters cost nothing until they are asked. */
class PresentView implements FieldView {
  readonly value: unknown;
  #members: readonly unknown[] | undefined;
  #texts: readonly Text[] | undefined;

  constructor(value: unknown) {
    this.value = value;
  }

  get members(): readonly unknown[] {
    this.#members ??= membersOf(this.value);
    return this.#members;
  }

  texts(): readonly Text[] {
    this.#texts ??= typeof this.value === 'string' ? [textOf(this.value)] : this.members.flatMap(textsOf);
    return this.#texts;
  }
}

function textsOf(member: unknown): readonly Text[] {
  if (member === null || member === undefined) return [];
  if (typeof member !== 'object') return [textOf(String(member))];
  const json = jsonText(member);
  return json.includes('\\') ? [textOf(json), textOf(withoutEscapes(json))] : [textOf(json)];
}

function textOf(raw: string): Text {
  return new FoldedText(raw);
}

class FoldedText implements Text {
  readonly raw: string;
  #folded: string | undefined;

  constructor(raw: string) {
    this.raw = raw;
  }

  get folded(): string {
    this.#folded ??= fold(this.raw);
    return this.#folded;
  }
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
