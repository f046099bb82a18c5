import { type Severity, severityRank } from '../../domain/severity.ts';

const NUMBERS: Readonly<Record<Severity, number>> = {
  informational: 1,
  low: 1,
  medium: 2,
  high: 3,
  critical: 4,
};

/** TheHive's 1 (low) to 4 (critical). */
export function severityNumber(severity: Severity): number {
  return NUMBERS[severity];
}

/**
 * The severity to write, if any: only where trailhive's own judgement rose since
 * it last wrote one, and only up. So a person who lowered it keeps the last word.
 */
export function severityToWrite(
  present: number,
  lastWritten: string | undefined,
  severity: Severity,
): number | undefined {
  const wanted = severityNumber(severity);
  if (wanted <= present) return undefined;
  const before = lastWritten !== undefined && Object.hasOwn(NUMBERS, lastWritten) ? lastWritten : undefined;
  if (before !== undefined && severityRank(severity) <= severityRank(before as Severity)) return undefined;
  return wanted;
}
