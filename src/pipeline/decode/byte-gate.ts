/**
 * Which records of a text need to be parsed at all, judged by their bytes. It lets
 * through what it is not sure of: a record that it leaves out shows nothing that any
 * rule needs. It takes for granted that no object writes one key twice, which AWS
 * never does. What it leaves out is not parsed: nobody learns whether it is sound.
 */
import { isAscii } from 'node:buffer';
import type { Witness } from '../../language/sigma/witness.ts';
import { createNeedleSearch, foldByte, type NeedleHits, type NeedleSearch } from './needle-search.ts';

/** The records of a region that must be parsed. Overwritten by the next judging. */
export interface Judged {
  /** How many records the region holds. */
  seen: number;
  readonly starts: number[];
  readonly ends: number[];
  /** Place of each among the records of the region, from 0. */
  readonly indexes: number[];
}

export interface ByteGate {
  /** Whether it is likely to save more than it costs on the next `bytes` bytes. */
  isOpenFor(bytes: number): boolean;
  /** The region holds records one after the other, each starting with `"eventVersion"`, as AWS writes them. */
  judgeRecords(region: Buffer): Judged;
  /** The region holds one record a line. */
  judgeLines(region: Buffer): Judged;
}

/** Above this share of records that must be parsed, parsing all of them at once is cheaper. */
const WORTHWHILE_SHARE = 0.6;
const FIRST_REST_BYTES = 4 * 1024 * 1024;
const LONGEST_REST_BYTES = 256 * 1024 * 1024;
/** Records that say enough to change one's mind. */
const ENOUGH_RECORDS = 256;

/**
 * Builds a gate for the records that show the witness. It watches how many pass and
 * rests where it cannot win, longer each time it is wrong again.
 */
export function createByteGate(witness: Witness): ByteGate {
  const judge = createJudge(witness);
  let restBytes = 0;
  let nextRestBytes = FIRST_REST_BYTES;
  let seen = 0;
  let passed = 0;
  const learn = (judged: Judged): Judged => {
    seen += judged.seen;
    passed += judged.starts.length;
    if (seen < ENOUGH_RECORDS) return judged;
    if (passed <= seen * WORTHWHILE_SHARE) nextRestBytes = FIRST_REST_BYTES;
    else {
      restBytes = nextRestBytes;
      nextRestBytes = Math.min(LONGEST_REST_BYTES, nextRestBytes * 2);
    }
    seen = 0;
    passed = 0;
    return judged;
  };
  return {
    isOpenFor(bytes) {
      const isOpen = restBytes <= 0;
      restBytes = Math.max(0, restBytes - bytes);
      return isOpen;
    },
    judgeRecords: (region) => learn(judge(region, false)),
    judgeLines: (region) => learn(judge(region, true)),
  };
}

const NAME_KEY_LENGTH = '"eventName"'.length;
const VERSION_KEY = codesOf('{"eventVersion":"');
const IDENTITY_KEY = codesOf(',"userIdentity":{"type":"');
/** Longest event name or version that is read; a longer one lets its record through. */
const MAX_NAME = 256;
const MAX_VERSION = 12;
const QUOTE = 34;
const BACKSLASH = 92;
const LINE_FEED = 10;
const OPEN = 123;
const CLOSE = 125;
const COLON = 58;

const VERSION_NEEDLE = 0;
const NAME_NEEDLE = 1;

/** The record that is being judged. */
interface Current {
  start: number;
  index: number;
  /** How often `"eventName"` stands in it. */
  names: number;
  passes: boolean;
}

interface Judge {
  readonly eventNames: ReadonlySet<number>;
  readonly identityTypes: ReadonlySet<number>;
  /** For records that begin otherwise than AWS writes them; undefined: no type is asked for. */
  readonly quotedTypes: NeedleSearch | undefined;
  readonly isPlainlySpelled: SpellingCheck;
  readonly judged: Judged;
}

function createJudge(witness: Witness): (region: Buffer, byLine: boolean) => Judged {
  const judge: Judge = {
    eventNames: hashesOf(witness.eventNames),
    identityTypes: hashesOf(witness.identityTypes),
    quotedTypes: searchFor([...witness.identityTypes].map((type) => `"${type}"`)),
    isPlainlySpelled: createSpellingCheck(),
    judged: { seen: 0, starts: [], ends: [], indexes: [] },
  };
  const needles = ['{"eventversion":"', '"eventname"', ...witness.texts];
  let search: NeedleSearch | undefined;
  return (region, byLine) => {
    const { judged } = judge;
    judged.starts.length = 0;
    judged.ends.length = 0;
    judged.indexes.length = 0;
    search ??= createNeedleSearch(needles, region);
    judge.isPlainlySpelled.begin(region);
    const hits = search(region);
    judged.seen = byLine ? judgeLines(judge, hits, region) : judgeRecords(judge, hits, region);
    return judged;
  };
}

function judgeRecords(judge: Judge, hits: NeedleHits, region: Buffer): number {
  const current: Current = { start: 0, index: 0, names: 0, passes: false };
  for (let at = 0; at < hits.count; at += 1) {
    if (hits.needles[at] !== VERSION_NEEDLE) {
      take(judge, hits, at, current, region);
      continue;
    }
    const place = hits.places[at] as number;
    if (place === 0) continue;
    finish(judge, current, place - 1, region);
    current.start = place;
  }
  finish(judge, current, region.length, region);
  return current.index;
}

function judgeLines(judge: Judge, hits: NeedleHits, region: Buffer): number {
  const current: Current = { start: 0, index: 0, names: 0, passes: false };
  let at = 0;
  while (current.start < region.length) {
    const feed = region.indexOf(LINE_FEED, current.start);
    const lineEnd = feed < 0 ? region.length : feed;
    for (; at < hits.count && (hits.places[at] as number) < lineEnd; at += 1) {
      if (hits.needles[at] !== VERSION_NEEDLE) take(judge, hits, at, current, region);
    }
    finish(judge, current, withoutReturn(region, current.start, lineEnd), region);
    current.start = lineEnd + 1;
  }
  return current.index;
}

/** What a hit says of the record that it lies in. */
function take(judge: Judge, hits: NeedleHits, at: number, current: Current, region: Buffer): void {
  const place = hits.places[at] as number;
  if (hits.needles[at] !== NAME_NEEDLE) current.passes = true;
  else {
    // In any case of its letters: a key that only looks like it makes the record have two, or none.
    current.names += 1;
    if (mayHaveName(region, place + NAME_KEY_LENGTH, judge.eventNames)) current.passes = true;
  }
}

function finish(judge: Judge, current: Current, end: number, region: Buffer): void {
  const { start, index } = current;
  if (current.passes || current.names !== 1 || isUnsure(judge, start, end, region)) {
    judge.judged.starts.push(start);
    judge.judged.ends.push(end);
    judge.judged.indexes.push(index);
  }
  current.index += 1;
  current.names = 0;
  current.passes = false;
}

function isUnsure(judge: Judge, start: number, end: number, region: Buffer): boolean {
  if (region[start] !== OPEN || region[end - 1] !== CLOSE) return true;
  if (!judge.isPlainlySpelled(start, end)) return true;
  const { identityTypes, quotedTypes } = judge;
  if (quotedTypes === undefined) return false;
  const type = typeAtStart(region, start);
  if (type < 0) return quotedTypes(region.subarray(start, end)).count > 0;
  return mayBeOneOf(region, type, identityTypes);
}

function withoutReturn(region: Buffer, start: number, end: number): number {
  return end > start && region[end - 1] === 13 ? end - 1 : end;
}

interface SpellingCheck {
  /** Whether everything in a stretch is spelled the one way that the needles are. Stretches come in order. */
  (start: number, end: number): boolean;
  begin(region: Buffer): void;
}

/** JSON may write any character as `\u…` and a slash as `\/`; these three fold to ASCII letters. */
const OTHER_SPELLINGS = ['\\u', '\\/'].map((text) => Buffer.from(text));
const FOLDING_TO_ASCII = ['\u212A', '\u0130', '\u017F'].map((text) => Buffer.from(text));

function createSpellingCheck(): SpellingCheck {
  let region: Buffer = Buffer.alloc(0);
  let searched: readonly Buffer[] = [];
  const next: number[] = [];
  const check = (start: number, end: number) => {
    for (let at = 0; at < searched.length; at += 1) {
      let place = next[at] as number;
      if (place < start) {
        const found = region.indexOf(searched[at] as Buffer, start);
        place = found < 0 ? Number.POSITIVE_INFINITY : found;
        next[at] = place;
      }
      if (place < end) return false;
    }
    return true;
  };
  return Object.assign(check, {
    begin(bytes: Buffer) {
      region = bytes;
      const escapes = bytes.includes(BACKSLASH) ? OTHER_SPELLINGS : [];
      searched = isAscii(bytes) ? escapes : [...escapes, ...FOLDING_TO_ASCII];
      next.fill(-1);
      while (next.length < searched.length) next.push(-1);
    },
  });
}

function codesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function standsAt(region: Uint8Array, start: number, codes: Uint8Array): boolean {
  for (let at = 0; at < codes.length; at += 1) if (region[start + at] !== codes[at]) return false;
  return true;
}

/** Behind the key `"eventName"`: false only for a plain string that is none of the names. */
function mayHaveName(region: Uint8Array, at: number, names: ReadonlySet<number>): boolean {
  return region[at] !== COLON || region[at + 1] !== QUOTE || mayBeOneOf(region, at + 2, names);
}

function searchFor(texts: readonly string[]): NeedleSearch | undefined {
  return texts.length === 0 ? undefined : createNeedleSearch(texts, new Uint8Array());
}

/** Where the text of `userIdentity.type` starts, in a record that begins as AWS writes it; else -1. */
function typeAtStart(region: Uint8Array, start: number): number {
  if (!standsAt(region, start, VERSION_KEY)) return -1;
  let at = start + VERSION_KEY.length;
  const limit = at + MAX_VERSION;
  while (region[at] !== QUOTE) {
    if (at >= limit || region[at] === BACKSLASH) return -1;
    at += 1;
  }
  return standsAt(region, at + 1, IDENTITY_KEY) ? at + 1 + IDENTITY_KEY.length : -1;
}

/** Whether the string whose text starts here may be one of the texts, in any case. Hashes: equal ones may pass wrongly. */
function mayBeOneOf(region: Uint8Array, start: number, hashes: ReadonlySet<number>): boolean {
  const limit = start + MAX_NAME;
  let hash = 0;
  for (let at = start; at < limit; at += 1) {
    const byte = region[at] as number;
    if (byte === QUOTE) return hashes.has(hash);
    if (byte === BACKSLASH || byte >= 128 || byte === undefined) return true;
    hash = Math.imul(hash ^ foldByte(byte), 0x01000193);
  }
  return true;
}

/** Of folded texts. One that is longer than what is read passes anyway. */
function hashesOf(texts: ReadonlySet<string>): ReadonlySet<number> {
  return new Set(
    [...texts].map((text) => {
      let hash = 0;
      for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
      return hash;
    }),
  );
}
