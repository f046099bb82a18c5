import type { CompiledCorrelation } from '../../language/sigma/rule-set.ts';
import { eventCount, valueCount } from './kinds/counts.ts';
import type { CorrelationKind } from './kinds/kind.ts';
import { percentile, sumAndMean } from './kinds/numbers.ts';
import { temporal, temporalOrdered } from './kinds/temporal.ts';

/** What trailhive can ask of a window. A new kind is one file and one entry here. */
const kinds: readonly CorrelationKind[] = [
  ...[eventCount, valueCount],
  ...[temporal, temporalOrdered],
  ...[sumAndMean, percentile],
];

const byType = new Map(kinds.flatMap((kind) => kind.types.map((type) => [type, kind])));

export function kindOf({ type }: Pick<CompiledCorrelation, 'type'>): CorrelationKind {
  const kind = byType.get(type);
  if (kind === undefined) throw new Error(`no correlation kind ${type}`);
  return kind;
}
