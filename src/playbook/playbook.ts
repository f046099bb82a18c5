/**
 * Playbooks: what happens after an alert. This room reads them, chooses those that
 * an alert calls for, and runs their steps, each once. It does not decide what is
 * an alert, and it reaches the outside only through ports.
 */
import type { PlaybookMode } from '../domain/playbook.ts';
import type { Severity } from '../domain/severity.ts';
import type { Condition } from '../language/condition.ts';

/** A playbook, checked. */
export interface Playbook {
  /** The name of its file, without `.yml`. */
  readonly name: string;
  /** Raised by its author with every change: an alert runs each version once. */
  readonly version: number;
  readonly when: PlaybookTrigger;
  readonly mode: PlaybookMode;
  /** Names of the secrets that its steps may read. */
  readonly secrets: readonly string[];
  readonly steps: readonly PlaybookStep[];
}

/** All that is stated must fit; an empty list is not stated. */
export interface PlaybookTrigger {
  /** An alert type, `iam.root.activity`, or the start of several, `iam.*`. */
  readonly alertTypes: readonly string[];
  readonly severities: readonly Severity[];
  /** At least one of them is on the alert's rule. */
  readonly tags: readonly string[];
  readonly environments: readonly string[];
}

export interface PlaybookStep {
  readonly id: string;
  /** Name of the action. */
  readonly do: string;
  /** The action's parameters, as written: templates are rendered when the step runs. */
  readonly with: Readonly<Record<string, unknown>>;
  readonly if?: Condition;
}
