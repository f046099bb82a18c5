import type { WindowMember } from '../../../domain/ports.ts';
import type { CorrelationType } from '../../../language/sigma/correlation-type.ts';
import type { CompiledCorrelation } from '../../../language/sigma/rule-set.ts';

/** A window that slides over members sorted by time: they enter at its end and leave at its start. */
export interface SlidingWindow {
  enter(member: WindowMember): void;
  leave(member: WindowMember): void;
  /** Does the condition hold on the members within [from, to], which are those that entered and did not leave? */
  holds(from: number, to: number): boolean;
}

/**
 * Types of Sigma correlations: what is asked of a window.
 *
 * No step may cost more the fuller the window is (a logarithm excepted), and the
 * answer may depend on the window's members only, never on their order.
 */
export interface CorrelationKind {
  /** Sigma's words. */
  readonly types: readonly CorrelationType[];
  /** Members without a value (`condition.field`) do not enter. */
  readonly needsValue: boolean;
  /** `members` are all that will enter, by time. */
  createWindow(correlation: CompiledCorrelation, members: readonly WindowMember[]): SlidingWindow;
}
