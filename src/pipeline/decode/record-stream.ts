/**
 * Records out of bytes that come piece by piece, for runs over files of any size: a
 * list of records (`{"Records":[…]}` or `[…]`, however it is laid out), one document
 * a line, or one document over many lines. It knows no files and judges no record.
 */
import { isAscii } from 'node:buffer';
import type { ByteGate } from './byte-gate.ts';
import { endOfNested, endOfValue, isBlank, startOfList } from './json-places.ts';

export interface RecordStreamOptions {
  /** Decides which records are parsed; without it all are. */
  readonly gate?: ByteGate | undefined;
  /** A record that was parsed, its place among all records from 0, and the line on which its document starts. */
  readonly onRecord: (record: unknown, index: number, line: number) => void;
  /** A part that cannot be read; line 0 means all of it. Reading goes on behind it. */
  readonly onProblem: (line: number, message: string) => void;
}

export interface RecordStream {
  /** The chunk belongs to the stream from now on. */
  push(chunk: Buffer): void;
  end(): void;
  /** How many records there were so far, parsed or not. */
  readonly records: number;
}

/** What is parsed at once. Measured: less and more are both slower, because objects die before they are moved. */
const BATCH_BYTES = 64 * 1024;
/** A document that has to be held as a whole, or a record, ends here. */
const MAX_HELD_BYTES = 256 * 1024 * 1024;
const MARK = Buffer.from('},{"eventVersion":"');
const FIRST_MARK = MARK.subarray(2);
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
const HEAD_BYTES = 64;
const LINE_FEED = 10;
const [OPEN_LIST, CLOSE_LIST, CLOSE_OBJECT, COMMA] = [91, 93, 125, 44] as const;

interface OpenList {
  /** It is the value of `Records`, so that a `}` must follow. */
  readonly isNamed: boolean;
  readonly line: number;
  /** It is not laid out as AWS does it: its elements are looked for one by one. */
  irregular: boolean;
}

interface State extends RecordStreamOptions {
  buffer: Buffer;
  /** Everything before it is done with. */
  at: number;
  isLast: boolean;
  /** 1-based line of `at`. */
  line: number;
  index: number;
  list: OpenList | undefined;
  /** The first document was one line: so are all. undefined: not known yet. */
  byLine: boolean | undefined;
  /** `held`: the rest is one document. `skipping`: up to the next line. `done`: the rest cannot be read. */
  mode: 'documents' | 'held' | 'skipping' | 'done';
  /** A line feed at or behind `at`; Infinity: none in the buffer; -1: not looked for yet. */
  feed: number;
}

/** Memory is bounded by a batch and the longest record, or by the longest document that is no list. */
export function createRecordStream(options: RecordStreamOptions): RecordStream {
  const state: State = {
    ...options,
    buffer: Buffer.alloc(0),
    at: 0,
    isLast: false,
    line: 1,
    index: 0,
    list: undefined,
    byLine: undefined,
    mode: 'documents',
    feed: -1,
  };
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  /** Nothing could be done with less: so that a long record is not looked at with every chunk. */
  let enoughBytes = 0;
  const join = () => {
    // The byte before stays, because the start of a list is written over it.
    const from = Math.max(0, state.at - 1);
    const rest = state.buffer.subarray(from);
    const [first] = waiting;
    state.buffer =
      rest.length === 0 && waiting.length === 1 && first ? first : Buffer.concat([rest, ...waiting]);
    state.at -= from;
    state.feed = -1;
    waiting.length = 0;
    waitingBytes = 0;
  };
  const run = () => {
    const before = state.at;
    while (state.mode === 'documents' || state.mode === 'skipping') if (!step(state)) break;
    const left = state.buffer.length - state.at;
    enoughBytes = state.at === before ? left : 0;
    if (left > MAX_HELD_BYTES) stop(state, `a record or document is longer than ${MAX_HELD_BYTES} bytes.`);
  };
  return {
    push(chunk) {
      waiting.push(chunk);
      waitingBytes += chunk.length;
      const held = state.buffer.length - state.at + waitingBytes;
      if (state.mode === 'done') waiting.length = 0;
      else if (held > MAX_HELD_BYTES || (state.mode !== 'held' && waitingBytes >= enoughBytes)) {
        join();
        run();
      }
    },
    end() {
      state.isLast = true;
      if (waiting.length > 0) join();
      run();
      if (state.mode === 'held') parseHeld(state);
    },
    get records() {
      return state.index;
    },
  };
}

/** Does what can be done next; false where more bytes are needed, or there are none. */
function step(state: State): boolean {
  if (state.mode === 'skipping') return skipLine(state);
  return state.list === undefined ? beginDocument(state) : continueList(state, state.list);
}

function beginDocument(state: State): boolean {
  skipBlanks(state);
  const { buffer, at } = state;
  if (at >= buffer.length) return false;
  const feed = nextFeed(state);
  if (!state.isLast && buffer.length - at < HEAD_BYTES && feed === Number.POSITIVE_INFINITY) return false;
  const inside = startOfList(buffer, at);
  if (inside >= 0) {
    state.list = { isNamed: buffer[at] !== OPEN_LIST, line: state.line, irregular: false };
    moveTo(state, inside);
    return true;
  }
  return state.byLine === true ? readLines(state) : readFirstLine(state, feed);
}

function skipBlanks(state: State): void {
  const { buffer } = state;
  if (state.at === 0 && buffer.subarray(0, 3).equals(BYTE_ORDER_MARK)) state.at = 3;
  while (isBlank(buffer[state.at])) {
    if (buffer[state.at] === LINE_FEED) state.line += 1;
    state.at += 1;
  }
}

/** The next line feed, Infinity where the buffer has none. Looked for once, however often it is asked. */
function nextFeed(state: State): number {
  if (state.feed < state.at) {
    const found = state.buffer.indexOf(LINE_FEED, state.at);
    state.feed = found < 0 ? Number.POSITIVE_INFINITY : found;
  }
  return state.feed;
}

/** One document a line where the first line is one; else the rest is one document. */
function readFirstLine(state: State, feed: number): boolean {
  const { buffer, at } = state;
  if (feed === Number.POSITIVE_INFINITY && !state.isLast) return false;
  const value = parse(textOf(buffer, at, Math.min(feed, buffer.length)));
  if (value === undefined) {
    state.mode = 'held';
    return false;
  }
  tellDocument(state, value);
  state.byLine = true;
  state.at = Math.min(feed, buffer.length);
  return true;
}

/** As many whole lines as a batch takes. */
function readLines(state: State): boolean {
  const { buffer, at, gate } = state;
  let end = buffer.indexOf(LINE_FEED, at + BATCH_BYTES);
  if (end < 0) end = state.isLast ? buffer.length : buffer.lastIndexOf(LINE_FEED);
  if (end < at) return false;
  if (gate?.isOpenFor(end - at) === true) readJudgedLines(state, gate, buffer.subarray(at, end));
  else {
    for (const line of textOf(buffer, at, end).split('\n')) {
      readLine(state, line);
      state.line += 1;
    }
    state.line -= 1;
  }
  // The line feed itself is a blank before the next document.
  state.at = end;
  return true;
}

function readJudgedLines(state: State, gate: ByteGate, region: Buffer): void {
  const { seen, starts, ends, indexes } = gate.judgeLines(region);
  const firstLine = state.line;
  let next = 0;
  for (const [at, place] of indexes.entries()) {
    state.index += place - next;
    next = place + 1;
    state.line = firstLine + place;
    readLine(state, textOf(region, starts[at] ?? 0, ends[at] ?? 0));
  }
  state.index += seen - next;
  state.line = firstLine + seen - 1;
}

function readLine(state: State, text: string): void {
  if (text.trim() === '') return;
  const value = parse(text);
  if (value === undefined) state.onProblem(state.line, 'this line is not JSON. It is passed over.');
  else tellDocument(state, value);
}

function parseHeld(state: State): void {
  const value = parse(textOf(state.buffer, state.at, state.buffer.length));
  if (value === undefined) stop(state, 'neither JSON nor NDJSON.', 0);
  else tellDocument(state, value);
}

/** `{"Records":[…]}`, a list, or the record itself. */
function tellDocument(state: State, value: unknown): void {
  const records = Array.isArray(value) ? value : Object(value)['Records'];
  if (Array.isArray(records)) for (const record of records) tell(state, record, state.line);
  else tell(state, value, state.line);
}

function tell(state: State, record: unknown, line: number): void {
  state.onRecord(record, state.index, line);
  state.index += 1;
}

function continueList(state: State, list: OpenList): boolean {
  const { buffer, at } = state;
  if (list.irregular) return readElement(state, list);
  if (!state.isLast && buffer.length - at < FIRST_MARK.length) return false;
  if (buffer.subarray(at, at + FIRST_MARK.length).equals(FIRST_MARK)) return readBatch(state, list);
  list.irregular = true;
  return true;
}

/** Records as AWS lays them out: `{"eventVersion":"…},{"eventVersion":"…`, without line feeds. */
function readBatch(state: State, list: OpenList): boolean {
  const { buffer, at } = state;
  const feed = nextFeed(state);
  let cut = buffer.indexOf(MARK, at + BATCH_BYTES);
  if (cut < 0 && feed === Number.POSITIVE_INFINITY && !state.isLast) {
    cut = buffer.lastIndexOf(MARK);
    if (cut < at) return false;
  }
  if (cut < 0 || cut > feed) return readLastBatch(state, list, Math.min(feed, buffer.length));
  if (readRegion(state, list, at, cut + 1)) state.at = cut + 2;
  else list.irregular = true;
  return true;
}

/** Up to `]` or `]}` at the end of the line. */
function readLastBatch(state: State, list: OpenList, lineEnd: number): boolean {
  const { buffer } = state;
  let end = lineEnd;
  while (end > state.at && isBlank(buffer[end - 1])) end -= 1;
  if (list.isNamed && buffer[end - 1] === CLOSE_OBJECT) end -= 1;
  const isWhole = buffer[end - 1] === CLOSE_LIST && readRegion(state, list, state.at, end - 1);
  if (isWhole) {
    state.at = lineEnd;
    endList(state, list);
  } else list.irregular = true;
  return true;
}

/** Whether all that had to be parsed could be. Nothing is told of a region that is not what it looks like. */
function readRegion(state: State, list: OpenList, from: number, to: number): boolean {
  const { buffer, gate } = state;
  if (gate?.isOpenFor(to - from) === true) return readJudged(state, list, gate, buffer.subarray(from, to));
  const records = parseElements(buffer, from, to);
  if (records === undefined) return false;
  for (const record of records) tell(state, record, list.line);
  return true;
}

function readJudged(state: State, list: OpenList, gate: ByteGate, region: Buffer): boolean {
  const { seen, starts, ends, indexes } = gate.judgeRecords(region);
  const records = starts.map((start, at) => parse(textOf(region, start, ends[at] ?? 0)));
  if (records.includes(undefined)) return false;
  for (const [at, record] of records.entries()) {
    state.onRecord(record, state.index + (indexes[at] ?? 0), list.line);
  }
  state.index += seen;
  return true;
}

/** The bytes around them become the brackets of a list for as long as it takes. */
function parseElements(buffer: Buffer, from: number, to: number): readonly unknown[] | undefined {
  const before = buffer[from - 1] ?? COMMA;
  const behind = buffer[to] ?? COMMA;
  buffer[from - 1] = OPEN_LIST;
  buffer[to] = CLOSE_LIST;
  const records = parse(textOf(buffer, from - 1, to + 1));
  buffer[from - 1] = before;
  buffer[to] = behind;
  return Array.isArray(records) ? records : undefined;
}

function readElement(state: State, list: OpenList): boolean {
  const { buffer } = state;
  skipBlanks(state);
  while (buffer[state.at] === COMMA) {
    state.at += 1;
    skipBlanks(state);
  }
  const { at } = state;
  if (at >= buffer.length) return state.isLast && breakList(state, list);
  if (buffer[at] === CLOSE_LIST) return closeList(state, list);
  const end = endOfValue(buffer, at);
  if (end < 0 || (end === buffer.length && !state.isLast)) return state.isLast && breakList(state, list);
  const record = end === at ? undefined : parse(textOf(buffer, at, end));
  if (record === undefined) return breakList(state, list);
  tell(state, record, list.line);
  moveTo(state, end);
  return true;
}

function closeList(state: State, list: OpenList): boolean {
  const end = list.isNamed ? endOfNested(state.buffer, state.at + 1) : state.at + 1;
  if (end < 0) return state.isLast && breakList(state, list);
  moveTo(state, end);
  endList(state, list);
  return true;
}

function moveTo(state: State, place: number): void {
  for (let feed = nextFeed(state); feed < place; feed = nextFeed(state)) {
    state.line += 1;
    state.at = feed + 1;
  }
  state.at = place;
}

function endList(state: State, list: OpenList): void {
  if (state.line === list.line) state.byLine = true;
  state.list = undefined;
}

/** What came before stands. Where the list was to be one line, the next line is a new start. */
function breakList(state: State, list: OpenList): boolean {
  state.list = undefined;
  if (state.line === list.line) {
    state.onProblem(state.line, 'this line is not JSON. The rest of it is passed over.');
    state.mode = 'skipping';
    state.byLine = true;
  } else stop(state, 'the JSON is broken here. The rest of the file is passed over.', state.line);
  return true;
}

function skipLine(state: State): boolean {
  const feed = nextFeed(state);
  state.at = Math.min(feed, state.buffer.length);
  if (feed === Number.POSITIVE_INFINITY) return false;
  state.mode = 'documents';
  return true;
}

function stop(state: State, message: string, line: number = state.line): void {
  state.mode = 'done';
  state.onProblem(line, message);
  state.buffer = Buffer.alloc(0);
  state.at = 0;
}

/** ASCII is read as Latin-1, which is several times as fast. */
function textOf(buffer: Buffer, from: number, to: number): string {
  return isAscii(buffer.subarray(from, to))
    ? buffer.toString('latin1', from, to)
    : buffer.toString('utf8', from, to);
}

/** undefined stands for text that is no JSON: JSON itself has no such value. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
