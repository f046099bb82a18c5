import type { WindowMember } from '../../../domain/ports.ts';
import type { CorrelationKind } from './kind.ts';
import { allHold } from './thresholds.ts';

/** How many members: an event counts once for each listed rule that it matches. */
export const eventCount: CorrelationKind = {
  types: ['event_count'],
  needsValue: false,
  createWindow({ condition }) {
    let count = 0;
    return {
      enter: () => {
        count += 1;
      },
      leave: () => {
        count -= 1;
      },
      holds: () => allHold(condition, (threshold) => count - threshold),
    };
  },
};

/** How many different values of the condition's field, or different tuples where it names several. */
export const valueCount: CorrelationKind = {
  types: ['value_count'],
  needsValue: true,
  createWindow({ condition }) {
    const values = createTally(({ value }) => value);
    return {
      ...values,
      holds: () => allHold(condition, (threshold) => values.distinct() - threshold),
    };
  },
};

/** Counts members by what `nameOf` says of them; those of which it says nothing are not seen. */
export function createTally(nameOf: (member: WindowMember) => string | undefined) {
  const counts = new Map<string, number>();
  const change = (name: string | undefined, by: number) => {
    if (name === undefined) return;
    const count = (counts.get(name) ?? 0) + by;
    if (count > 0) counts.set(name, count);
    else counts.delete(name);
  };
  return {
    enter: (member: WindowMember) => change(nameOf(member), 1),
    leave: (member: WindowMember) => change(nameOf(member), -1),
    distinct: () => counts.size,
    has: (name: string) => counts.has(name),
  };
}
