import type { Alert } from './alert.ts';

/** `simulate` renders and shows what a step would do; `enforce` does it. */
export type PlaybookMode = 'simulate' | 'enforce';

/** How much harm a step could do. */
export type RiskClass = 'read' | 'notify' | 'contain' | 'destructive';

/** What a playbook works on. */
export interface PlaybookSubject {
  readonly alert: Alert;
  /** TheHive's `_id` of the alert. */
  readonly alertId: string;
  /** TheHive's `_id` of its case, where it has one. */
  readonly caseId?: string;
}

export type StepOutcome = 'done' | 'simulated' | 'skipped' | 'failed';

/** What became of one step. Stored under the step's idempotency key and given back on repetition. JSON-safe. */
export interface StepResult {
  readonly stepId: string;
  readonly action: string;
  readonly outcome: StepOutcome;
  /** One line for people. */
  readonly summary: string;
  /** Data for later steps, `{{ steps.ID.data.x }}`. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: number;
}
