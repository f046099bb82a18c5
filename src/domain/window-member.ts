import { byTimeThenKey } from './finding.ts';
import type { WindowMember } from './ports.ts';

/** Order of a window's members: by time, key and rule. Total, so that no order depends on arrival. */
export function byPlace(a: WindowMember, b: WindowMember): number {
  return byTimeThenKey(a, b) || (a.ruleId < b.ruleId ? -1 : Number(a.ruleId > b.ruleId));
}

/** Of two readings of one event under one rule the one whose text is smaller, whichever came first. */
export function smallerReading(a: WindowMember, b: WindowMember): WindowMember {
  if (a === b) return a;
  return textOf(b) < textOf(a) ? b : a;
}

function textOf({ ruleId, key, time, value, carried, evidence }: WindowMember): string {
  return JSON.stringify({ ruleId, key, time, value, carried, evidence });
}
