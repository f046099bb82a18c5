import type { CompiledCorrelation } from '../../../language/sigma/rule-set.ts';

type Thresholds = CompiledCorrelation['condition'];

/** Do all thresholds hold on what `compare` measures? It returns a number below, at or above 0. */
export function allHold(condition: Thresholds, compare: (threshold: number) => number): boolean {
  return condition.every(({ op, threshold }) => isMet(op, compare(threshold)));
}

function isMet(op: Thresholds[number]['op'], order: number): boolean {
  if (op === 'gt') return order > 0;
  if (op === 'gte') return order >= 0;
  if (op === 'lt') return order < 0;
  if (op === 'lte') return order <= 0;
  return op === 'eq' ? order === 0 : order !== 0;
}
