import type { StoredAlert } from './alert.ts';
import type { BatchRef } from './batch.ts';
import type { Finding, Member } from './finding.ts';
import type { StepResult } from './playbook.ts';
import type { Suppression } from './suppression.ts';
import type { BaselineMemory, HeartbeatMemory } from './watch-memory.ts';

/** What became of one object or inline message. */
export interface LedgerLine {
  readonly ref: BatchRef;
  readonly outcome: 'processed' | 'dead-lettered' | 'skipped';
  readonly at: number;
  /** Records read, records set aside as unreadable, events too late for windows. */
  readonly records: number;
  readonly setAside: number;
  readonly late: number;
  /** Which events were too late, the earliest of them: a bounded number. Absent: none. */
  readonly lateEvents?: readonly Member[];
  readonly findings: number;
  readonly hidden: number;
  /** Why it was dead-lettered or skipped. */
  readonly reason?: string;
}

/** What Redis may lose and neither SQS nor TheHive holds. One line of the journal. JSON-safe. */
export type JournalEntry =
  | { readonly kind: 'ledger'; readonly at: number; readonly line: LedgerLine }
  | { readonly kind: 'dead-letter'; readonly at: number; readonly deadLetter: DeadLetter }
  | { readonly kind: 'finding'; readonly at: number; readonly finding: Finding; readonly hiddenBy?: string }
  | { readonly kind: 'undelivered'; readonly at: number; readonly stored: StoredAlert }
  | {
      readonly kind: 'suppression';
      readonly at: number;
      readonly suppression: Suppression;
      readonly why: string;
    }
  /** A part of what rules that watch all events have learnt; of use once its end is written. */
  | {
      readonly kind: 'snapshot';
      readonly at: number;
      readonly id: string;
      readonly baselines: readonly BaselineMemory[];
      readonly heartbeats: readonly HeartbeatMemory[];
    }
  | { readonly kind: 'snapshot-end'; readonly at: number; readonly id: string }
  | { readonly kind: 'step'; readonly at: number; readonly runId: string; readonly result: StepResult };

/** A batch or message that could not be processed. */
export interface DeadLetter {
  /** The ref's id, or a hash of queue and message id where the message could not be understood. */
  readonly id: string;
  readonly queue: string;
  /** `s3://bucket/key`, or the first 512 characters of the message. */
  readonly reference: string;
  readonly ref?: BatchRef;
  readonly reason: string;
  readonly attempts: number;
  readonly firstAt: number;
  readonly lastAt: number;
}
