import { eventCount } from './kinds/event-count.ts';
import type { CorrelationKind } from './kinds/kind.ts';
import { valueCount } from './kinds/value-count.ts';

/** The correlation types that trailhive evaluates, by Sigma's word. A new kind is one file and one line here. */
export const correlationKinds: ReadonlyMap<string, CorrelationKind> = new Map(
  [eventCount, valueCount].map((kind) => [kind.name, kind]),
);
