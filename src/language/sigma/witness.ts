/**
 * What every record that a rule can match must show in its bytes, found out before
 * any event is seen. A witness may ask for less than the rule, never for more: who
 * leaves out records by it leaves out no match. Where that is not certain there is
 * none. It knows no bytes; how they are searched is for decode.
 */
import { parseFieldPath } from './field-value.ts';
import { fold } from './fold.ts';
import type { Pattern } from './pattern.ts';
import type { DetectionItem } from './sigma-rule.ts';

/** A record shows it by any one of these. */
export interface Witness {
  /** Folded event names. */
  readonly eventNames: ReadonlySet<string>;
  /** Folded values of `userIdentity.type`, which CloudTrail writes at the start of a record. */
  readonly identityTypes: ReadonlySet<string>;
  /**
   * Folded texts that stand in the record's JSON, some with the quotes around them. Printable
   * ASCII, and written so unless an escape (`\u…`, `\/`) or a letter that folds to ASCII is used.
   */
  readonly texts: ReadonlySet<string>;
  /** How many records are likely to show it; compares only. */
  readonly rank: number;
}

const RANK = {
  eventName: 0,
  rareText: 1,
  readName: 2,
  identityType: 3,
  commonText: 4,
  presence: 5,
} as const;
/** Most of what a log holds: `GetCallerIdentity` alone may be one call in fifty. */
const READ_NAME = /^(get|list|describe|head|lookup|batchget|assumerole|decrypt$|generatedatakey)/;
const LONG_TEXT = 8;
/** A shorter text would be found nearly everywhere, and slowly. */
const MIN_TEXT = 4;
const NONE: ReadonlySet<string> = new Set();

/** What the value tests of an item say of themselves. */
export interface ValueWitness {
  /** Folded texts that match, all of them. */
  readonly exact?: readonly string[];
  /** Folded texts outside of which the test is false. */
  readonly within?: readonly string[];
  /** Texts, one of which the record's JSON shows where the test holds. */
  readonly shows?: readonly string[];
  /** The test is false for an absent field. Not said: it may hold. */
  readonly needsField?: boolean;
}

/** undefined: a record may show anything. */
export function witnessOfItem(
  { field, chain }: DetectionItem,
  values: readonly ValueWitness[],
): Witness | undefined {
  if (chain.neq || parseFieldPath(field).inContext) return undefined;
  const found = values.map((value) => witnessOfValue(field, value));
  return chain.all ? everyWitness(found) : someWitness(found);
}

function witnessOfValue(field: string, value: ValueWitness): Witness | undefined {
  const texts = value.exact ?? value.within;
  if (field === 'eventName' && texts?.every(isPlain)) return eventNameWitness(texts);
  if (field === 'userIdentity.type' && texts?.every(isWord)) return identityTypeWitness(texts);
  if (value.shows !== undefined) {
    const isRare = field !== 'eventSource' && value.shows.every((text) => text.length >= LONG_TEXT);
    return textWitness(value.shows, isRare ? RANK.rareText : RANK.commonText);
  }
  return value.needsField === true && field !== '' ? presenceWitness(field) : undefined;
}

function eventNameWitness(names: readonly string[]): Witness {
  const rank = names.some((name) => READ_NAME.test(name)) ? RANK.readName : RANK.eventName;
  return { eventNames: new Set(names), identityTypes: NONE, texts: NONE, rank };
}

/** A key that is spelled like the whole path would win over it. */
function identityTypeWitness(types: readonly string[]): Witness {
  const texts = new Set(['"useridentity.type"']);
  return { eventNames: NONE, identityTypes: new Set(types), texts, rank: RANK.identityType };
}

function textWitness(texts: readonly string[], rank: number): Witness {
  return { eventNames: NONE, identityTypes: NONE, texts: new Set(texts), rank };
}

/** The end of a key, whether it is the last of a path or spelled like the whole of it. */
function presenceWitness(field: string): Witness | undefined {
  const last = parseFieldPath(field).steps.at(-1) ?? '';
  const key = `${fold(last)}"`;
  return isPlain(last) && key.length >= MIN_TEXT ? textWitness([key], RANK.presence) : undefined;
}

/** Of parts that must all hold: the one that the fewest records are likely to show. */
export function everyWitness(parts: readonly (Witness | undefined)[]): Witness | undefined {
  let best: Witness | undefined;
  for (const part of parts) if (part !== undefined && part.rank < (best?.rank ?? Infinity)) best = part;
  return best;
}

/** Of parts of which one must hold: what any of them shows, if all show something. */
export function someWitness(parts: readonly (Witness | undefined)[]): Witness | undefined {
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  return {
    eventNames: new Set(known.flatMap((part) => [...part.eventNames])),
    identityTypes: new Set(known.flatMap((part) => [...part.identityTypes])),
    texts: new Set(known.flatMap((part) => [...part.texts])),
    rank: Math.max(RANK.eventName, ...known.map((part) => part.rank)),
  };
}

/** Printable ASCII that JSON writes as it is, unless it chooses to escape it. */
function isPlain(text: string): boolean {
  return /^[ !#-[\]-~]*$/.test(text);
}

/** A text that only a string can have, so that it stands in quotes. */
function isWord(text: string): boolean {
  return /^\w+$/.test(text) && isOnlyText(text) && text !== 'true' && text !== 'false';
}

/** The text of one pattern that a matching record shows; all patterns must have one. */
export function textsShown(patterns: readonly Pattern[]): readonly string[] | undefined {
  const texts = patterns.map(longestText);
  return texts.includes(undefined) ? undefined : texts.flatMap((text) => text ?? []);
}

function longestText(pattern: Pattern): string | undefined {
  const texts = pattern.flatMap((token, at) => {
    if (token.kind !== 'text') return [];
    return runsOf(fold(token.text), { starts: at === 0, ends: at === pattern.length - 1 });
  });
  return longest(texts);
}

/**
 * What is left of a text when all is cut away that may be spelled otherwise: quotes,
 * backslashes, what is not ASCII, and the signs between which JSON allows blanks.
 * Where the text is the start or end of a whole string, the quote there is added.
 */
function runsOf(text: string, sides: { readonly starts: boolean; readonly ends: boolean }): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/[ !#-+\--Z^-z|~]+/g)) {
    const run = withoutSign(match[0]);
    if (!isOnlyText(run)) continue;
    const isWord = 'true'.includes(run) || 'false'.includes(run);
    const before = sides.starts && match.index === 0 && run === match[0] && !isWord ? '"' : '';
    const after = sides.ends && match.index + match[0].length === text.length && !isWord ? '"' : '';
    found.push(before + run + after);
  }
  return found;
}

/** A colon at the start may be the one between key and value of an object's JSON. Within a run it cannot: a quote precedes that. */
function withoutSign(run: string): string {
  return run.replace(/^:+/, (colons) => (/^[^-0-9tfn:]/.test(run.slice(colons.length)) ? colons : ''));
}

/** A number's text need not be how the record spells it. */
function isOnlyText(run: string): boolean {
  return /[^0-9.+\-e]/.test(run) && !'-infinity'.includes(run);
}

function longest(texts: readonly string[]): string | undefined {
  let best: string | undefined;
  for (const text of texts) if (text.length >= MIN_TEXT && text.length > (best?.length ?? 0)) best = text;
  return best;
}

/**
 * The texts of a regular expression, as far as they are beyond doubt: those between
 * its operators, where it has no alternatives, groups or classes.
 */
export function textsOfExpression(expression: string): readonly string[] | undefined {
  if (/[|()[\]{}\\]/.test(expression)) return undefined;
  const pieces = expression.split(/[\^$.]/).flatMap((piece) => piece.split(/.?[?*]|\+/su));
  const text = longest(pieces.flatMap((piece) => runsOf(fold(piece), { starts: false, ends: false })));
  return text === undefined ? undefined : [text];
}
