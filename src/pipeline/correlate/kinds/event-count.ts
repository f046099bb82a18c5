import type { CorrelationKind } from './kind.ts';

/** How many members: an event counts once for each listed rule that it matches. */
export const eventCount: CorrelationKind = {
  name: 'event_count',
  needsValue: false,
  createMeasure() {
    let count = 0;
    return {
      enter: () => {
        count += 1;
      },
      leave: () => {
        count -= 1;
      },
      value: () => count,
    };
  },
};
