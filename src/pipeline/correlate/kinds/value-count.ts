import type { WindowMember } from '../../../domain/ports.ts';
import type { CorrelationKind } from './kind.ts';

/** How many different values of the condition's field, or different tuples where it names several. */
export const valueCount: CorrelationKind = {
  name: 'value_count',
  needsValue: true,
  createMeasure() {
    const counts = new Map<string, number>();
    const change = ({ value }: WindowMember, by: number) => {
      if (value === undefined) return;
      const count = (counts.get(value) ?? 0) + by;
      if (count > 0) counts.set(value, count);
      else counts.delete(value);
    };
    return {
      enter: (member) => change(member, 1),
      leave: (member) => change(member, -1),
      value: () => counts.size,
    };
  },
};
