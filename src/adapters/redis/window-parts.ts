import type { Evidence } from '../../domain/finding.ts';
import type { WindowAdd, WindowMember } from '../../domain/ports.ts';
import { createWireArguments, type WireArguments } from './long-script.ts';
import { headOfName, ruleHash } from './window-names.ts';

const HOUR_MS = 3_600_000;
/** A slice is never shorter, so that short timespans do not scatter a group over many keys. */
const SHORTEST_SLICE_MS = 6 * HOUR_MS;
/** An offline run may state an endless lateness; Redis wants an end. */
const LONGEST_KEEP_MS = 400 * 24 * HOUR_MS;
/** A call's arguments are held in memory twice, so a batch with more members takes several calls. */
const MEMBERS_A_CALL = 5_000;

/** What is returned: as in `lua/windows-add.lua`. */
type Mode = 'around' | 'members' | 'values' | 'later' | 'only';

/** One group's part of a script call. */
export interface Part {
  readonly add: Omit<WindowAdd, 'members'>;
  readonly group: string;
  readonly mode: Mode;
  /** By time. */
  readonly members: readonly WindowMember[];
  /** Position of the group among those asked for; undefined: it only adds, a later part reads. */
  readonly answers?: number;
}

export function sliceMsOf(spanMs: number): number {
  return Math.max(spanMs, SHORTEST_SLICE_MS);
}

/** Packs parts, in order, into as few calls as the bound allows. */
export function callsOf(parts: readonly Part[]): Part[][] {
  const calls: Part[][] = [];
  let members = 0;
  for (const part of parts) {
    const last = calls.at(-1);
    if (last === undefined || members + part.members.length > MEMBERS_A_CALL) {
      calls.push([part]);
      members = part.members.length;
    } else {
      last.push(part);
      members += part.members.length;
    }
  }
  return calls;
}

/** What is asked for one group, in several parts where it has more members than a call may. */
export function partsOf({ members, ...add }: WindowAdd, index: number, group: string): Part[] {
  const sorted = inOrder(members) ? members : members.toSorted((a, b) => a.time - b.time);
  const mode = modeOf(add);
  if (sorted.length <= MEMBERS_A_CALL) return [{ add, group, mode, members: sorted, answers: index }];
  const parts: Part[] = [];
  const partial = mode === 'later' || mode === 'values' ? mode : 'only';
  for (let at = 0; at < sorted.length; at += MEMBERS_A_CALL)
    parts.push({ add, group, mode: partial, members: sorted.slice(at, at + MEMBERS_A_CALL) });
  // What all of them may have made fire: the whole range is looked at.
  const ends = [...sorted.slice(0, 1), ...sorted.slice(-1)];
  return [
    ...parts,
    { add, group, mode: mode === 'later' ? 'later' : 'around', members: ends, answers: index },
  ];
}

function inOrder(members: readonly WindowMember[]): boolean {
  return members.every(({ time }, at) => at === 0 || time >= (members[at - 1]?.time ?? time));
}

function modeOf({ settle, count }: Pick<WindowAdd, 'settle' | 'count'>): Mode {
  if (settle !== undefined) return 'later';
  if (count === undefined) return 'around';
  return count.of;
}

/** Texts of evidence that several groups share, so each is written out once. */
export type EvidenceTexts = Map<Evidence, string>;

/** The sections of `lua/windows-add.lua`: what neighbours have in common is said once. */
export function argumentsOf(
  groupsAShard: number,
  parts: readonly Part[],
  texts: EvidenceTexts | undefined,
): WireArguments {
  const args = createWireArguments();
  args.add(String(groupsAShard));
  for (let at = 0; at < parts.length; ) {
    const end = endOfSection(parts, at);
    addHeader(args, parts[at], end - at);
    for (; at < end; at += 1) addGroup(args, parts[at], texts);
  }
  return args;
}

function endOfSection(parts: readonly Part[], start: number): number {
  const first = parts[start];
  let end = start + 1;
  while (end < parts.length && isAlike(parts[end], first)) end += 1;
  return end;
}

function isAlike(a: Part | undefined, b: Part | undefined): boolean {
  return (
    a !== undefined &&
    b !== undefined &&
    a.mode === b.mode &&
    a.add.ruleId === b.add.ruleId &&
    a.add.spanMs === b.add.spanMs &&
    a.add.keepMs === b.add.keepMs &&
    a.add.count?.atLeast === b.add.count?.atLeast &&
    a.add.settle?.afterMs === b.add.settle?.afterMs
  );
}

function addHeader(args: WireArguments, part: Part | undefined, groups: number): void {
  if (part === undefined) return;
  const { ruleId, spanMs, keepMs, count, settle } = part.add;
  args.add(ruleHash(ruleId));
  args.add(String(sliceMsOf(spanMs)));
  args.add(String(spanMs));
  args.add(String(Math.min(Math.max(1, keepMs), LONGEST_KEEP_MS)));
  args.add(part.mode);
  args.add(String(count?.atLeast ?? 0));
  args.add(String(settle?.afterMs ?? 0));
  args.add(String(groups));
}

function addGroup(args: WireArguments, part: Part | undefined, texts: EvidenceTexts | undefined): void {
  if (part === undefined) return;
  const { add, group, members } = part;
  const { ruleId, settle } = add;
  const slices = slicesOf(members, sliceMsOf(add.spanMs));
  args.add(group);
  args.add(settle === undefined ? '' : JSON.stringify({ ruleId, group: add.group, values: settle.values }));
  args.add(String(slices.length));
  for (const { slice, start, end } of slices) {
    args.add(String(slice));
    args.add(String(end - start));
    for (const member of members.slice(start, end)) {
      args.add(String(member.time));
      args.addJoined(headOfName(member), `${textOf(member.evidence, texts)}}`);
    }
  }
}

function textOf(evidence: Evidence, texts: EvidenceTexts | undefined): string {
  const shown = texts?.get(evidence) ?? JSON.stringify(evidence);
  texts?.set(evidence, shown);
  return shown;
}

/** Where slices begin and end among members that are sorted by time. */
function slicesOf(members: readonly WindowMember[], sliceMs: number) {
  const slices: { readonly slice: number; readonly start: number; end: number }[] = [];
  for (const [at, { time }] of members.entries()) {
    const slice = Math.floor(time / sliceMs);
    const last = slices.at(-1);
    if (last?.slice === slice) last.end = at + 1;
    else slices.push({ slice, start: at, end: at + 1 });
  }
  return slices;
}
