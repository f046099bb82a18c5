import type { WindowMember } from '../../../domain/ports.ts';

/** A window that slides: members enter at its end and leave at its start. */
export interface Measure {
  enter(member: WindowMember): void;
  leave(member: WindowMember): void;
  /** What the condition's thresholds are compared with. */
  value(): number;
}

/**
 * One type of Sigma correlation: what is measured over a window.
 *
 * Each step must cost the same however full the window is, and the value may
 * depend on the window's members only, never on their order.
 */
export interface CorrelationKind {
  /** Sigma's word, `event_count`. */
  readonly name: string;
  /** Members without a value (`condition.field`) do not enter. */
  readonly needsValue: boolean;
  createMeasure(): Measure;
}
