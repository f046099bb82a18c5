import { hashOf } from '../../domain/hash.ts';
import type { WindowMember } from '../../domain/ports.ts';
import { byPlace, smallerReading } from '../../domain/window-member.ts';

/** Texts from records that are longer enter by their hash. */
const LONGEST_NAME = 100;

const ruleHashes = new Map<string, string>();

/** Sixteen hex digits that stand for a rule; rules are few, so they are hashed once. */
export function ruleHash(ruleId: string): string {
  const known = ruleHashes.get(ruleId) ?? hashOf([ruleId]).slice(0, 16);
  ruleHashes.set(ruleId, known);
  return known;
}

/** A text of a record as part of a name, without line breaks: short ones as they are, others by their hash. */
function partOf(text: string): string {
  return text.length <= LONGEST_NAME && !text.includes('\n') ? `=${text}` : `#${hashOf([text])}`;
}

/**
 * A member as Redis keeps it: id (event and rule), value, JSON, a line each (the id
 * takes two). The JSON leaves out what stands in the evidence as well; this is all
 * but the evidence and the brace after it.
 */
export function headOfName({ ruleId, key, time, value, carried, evidence }: WindowMember): string {
  const counted = value === undefined ? '' : partOf(value);
  let head = `${partOf(key)}\n${ruleHash(ruleId)}\n${counted}\n{"ruleId":${JSON.stringify(ruleId)}`;
  if (key !== evidence.key) head += `,"key":${JSON.stringify(key)}`;
  if (time !== evidence.time) head += `,"time":${time}`;
  if (value !== undefined) head += `,"value":${JSON.stringify(value)}`;
  if (carried !== undefined) head += `,"carried":${JSON.stringify(carried)}`;
  return `${head},"evidence":`;
}

/** The members of names, by place; of several readings of one event the smallest. */
export function membersOf(names: readonly string[]): WindowMember[] {
  const byId = new Map<string, WindowMember>();
  for (const name of names) {
    const [id, text] = splitName(name);
    const parsed = JSON.parse(text) as Omit<WindowMember, 'key' | 'time'>;
    const member = { key: parsed.evidence.key, time: parsed.evidence.time, ...parsed };
    const known = byId.get(id);
    byId.set(id, known === undefined ? member : smallerReading(known, member));
  }
  return [...byId.values()].sort(byPlace);
}

function splitName(name: string): [id: string, text: string] {
  const idEnd = name.indexOf('\n', name.indexOf('\n') + 1);
  return [name.slice(0, idEnd), name.slice(name.indexOf('\n', idEnd + 1) + 1)];
}
