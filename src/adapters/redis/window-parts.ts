import type { Evidence } from '../../domain/finding.ts';
import { hashOf } from '../../domain/hash.ts';
import type { WindowAdd, WindowMember } from '../../domain/ports.ts';

const HOUR_MS = 3_600_000;
/** A slice is never shorter, so that short timespans do not scatter a group over many keys. */
const SHORTEST_SLICE_MS = 6 * HOUR_MS;
/** An offline run may state an endless lateness; Redis wants an end. */
const LONGEST_KEEP_MS = 400 * 24 * HOUR_MS;
/** A call's arguments are held in memory twice, so a batch with more members takes several calls. */
const MEMBERS_A_CALL = 5_000;
/** Texts from records that are longer enter by their hash. */
const LONGEST_NAME = 100;

/** One group's part of a script call. */
export interface Part {
  readonly ruleId: string;
  /** Position of the group among those asked for; undefined: it only adds, a later part reads. */
  readonly answers?: number;
  readonly args: readonly (string | number)[];
  readonly members: number;
}

export function sliceMsOf(spanMs: number): number {
  return Math.max(spanMs, SHORTEST_SLICE_MS);
}

const ruleHashes = new Map<string, string>();

/** Sixteen hex digits that stand for a rule; rules are few, so they are hashed once. */
export function ruleHash(ruleId: string): string {
  const known = ruleHashes.get(ruleId) ?? hashOf([ruleId]).slice(0, 16);
  ruleHashes.set(ruleId, known);
  return known;
}

/** Packs parts, in order, into as few calls as the bound allows. */
export function callsOf(parts: readonly Part[]): Part[][] {
  const calls: Part[][] = [];
  let members = 0;
  for (const part of parts) {
    const last = calls.at(-1);
    if (last === undefined || members + part.members > MEMBERS_A_CALL) {
      calls.push([part]);
      members = part.members;
    } else {
      last.push(part);
      members += part.members;
    }
  }
  return calls;
}

/** Texts of evidence that several groups of one call share. */
export type EvidenceTexts = Map<Evidence, string>;

/** The arguments of `windows-add.lua` for one group, in several parts where it has more members than a call may. */
export function partsOf(add: WindowAdd, index: number, group: string, texts: EvidenceTexts): Part[] {
  const sorted = distinctRows(add, texts);
  const { ruleId } = add;
  const mode = modeOf(add);
  if (sorted.length <= MEMBERS_A_CALL) {
    return [{ ruleId, members: sorted.length, args: argsOf(add, sorted, group, mode), answers: index }];
  }
  const parts: Part[] = [];
  const partial = mode === 'later' || mode === 'values' ? mode : 'only';
  for (let at = 0; at < sorted.length; at += MEMBERS_A_CALL) {
    const some = sorted.slice(at, at + MEMBERS_A_CALL);
    parts.push({ ruleId, members: some.length, args: argsOf(add, some, group, partial) });
  }
  // What all of them may have made fire: the whole range is looked at.
  const ends = [...sorted.slice(0, 1), ...sorted.slice(-1)];
  const args = argsOf(add, ends, group, mode === 'later' ? 'later' : 'around');
  return [...parts, { ruleId, members: 2, args, answers: index }];
}

function modeOf({ settle, count }: WindowAdd): string {
  if (settle !== undefined) return 'later';
  return count === undefined ? 'around' : count.of;
}

/** A member as Redis keeps it. */
interface Row {
  readonly time: number;
  readonly id: string;
  readonly value: string;
  readonly text: string;
}

/** By time, each id once: of two readings the one whose text is smaller. */
function distinctRows({ members, count }: WindowAdd, texts: EvidenceTexts): Row[] {
  const rows = new Map<string, Row>();
  for (const member of members) {
    const id = `${nameOf(member.key)}\n${ruleHash(member.ruleId)}`;
    const text = textOf(member, texts);
    const known = rows.get(id);
    if (known !== undefined && !isSmaller(text, known.text)) continue;
    const value = count?.of === 'values' ? nameOf(member.value ?? '') : '';
    rows.set(id, { time: member.time, id, value, text });
  }
  return [...rows.values()].sort((a, b) => a.time - b.time);
}

/** As Redis compares. */
function isSmaller(a: string, b: string): boolean {
  return a !== b && Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}

function argsOf(add: WindowAdd, rows: readonly Row[], group: string, mode: string): (string | number)[] {
  const { ruleId, spanMs, keepMs, count, settle } = add;
  const sliceMs = sliceMsOf(spanMs);
  const slices = slicesOf(rows, sliceMs);
  const args: (string | number)[] = [
    group,
    ruleHash(ruleId),
    sliceMs,
    spanMs,
    Math.min(Math.max(1, keepMs), LONGEST_KEEP_MS),
    mode,
    count?.atLeast ?? 0,
    settle?.afterMs ?? 0,
    settle === undefined ? '' : JSON.stringify({ ruleId, group: add.group, values: settle.values }),
    rows[0]?.time ?? 0,
    rows.at(-1)?.time ?? 0,
    slices.size,
  ];
  for (const [slice, some] of slices) addSlice(args, slice, some, mode);
  return args;
}

function addSlice(args: (string | number)[], slice: number, rows: readonly Row[], mode: string): void {
  args.push(slice, rows.length);
  for (const { time, id, value } of rows) args.push(time, value === '' ? id : `${id}\n${value}`);
  for (const { id, text } of rows) args.push(id, text);
  if (mode === 'values') for (const { time, value } of rows) args.push(time, value);
}

function slicesOf(rows: readonly Row[], sliceMs: number): ReadonlyMap<number, readonly Row[]> {
  const slices = new Map<number, Row[]>();
  for (const row of rows) {
    const slice = Math.floor(row.time / sliceMs);
    const known = slices.get(slice);
    if (known === undefined) slices.set(slice, [row]);
    else known.push(row);
  }
  return slices;
}

/** A text of a record as part of a member's name: short ones as they are, others by their hash. */
function nameOf(text: string): string {
  return text.length <= LONGEST_NAME && !text.includes('\n') ? `=${text}` : `#${hashOf([text])}`;
}

/** The JSON of a member; evidence is shared by all groups that an event is in, so it is written out once. */
function textOf({ ruleId, key, time, value, carried, evidence }: WindowMember, texts: EvidenceTexts): string {
  let shown = texts.get(evidence);
  if (shown === undefined) {
    shown = JSON.stringify(evidence);
    texts.set(evidence, shown);
  }
  const valued = value === undefined ? '' : `,"value":${JSON.stringify(value)}`;
  const carrying = carried === undefined ? '' : `,"carried":${JSON.stringify(carried)}`;
  return `{"ruleId":${JSON.stringify(ruleId)},"key":${JSON.stringify(key)},"time":${time}${valued}${carrying},"evidence":${shown}}`;
}
