import type { Evidence, RuleInfo, SeenActor } from './finding.ts';
import type { Observable } from './observable.ts';
import type { RiskFacts, Score } from './risk.ts';
import { maxSeverity, type Severity } from './severity.ts';

/** An ATT&CK technique seen, TheHive's procedure. */
export interface Procedure {
  /** `T1562.008` */
  readonly patternId: string;
  /** First time seen, epoch ms. */
  readonly time: number;
}

/** Findings that share a fingerprint. JSON-safe; a function of the set of findings, not of their order. */
export interface Alert {
  readonly fingerprint: string;
  readonly rule: RuleInfo;
  readonly group: Readonly<Record<string, string>>;
  readonly periodStart: number;
  readonly account: string;
  /** The highest of its findings. What may be hidden and which playbooks are called rests on it. */
  readonly severity: Severity;
  /** What is known of actor, target, novelty and place, over all events. */
  readonly risk?: RiskFacts;
  /** How much it matters; TheHive's severity follows from it. Absent: as its severity says. */
  readonly score?: Score;
  /** Exact number of contributing events. */
  readonly count: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly evidence: readonly Evidence[];
  readonly observables: readonly SeenObservable[];
  /** Distinct actors by principal and session, earliest first, at most 20. */
  readonly actors: readonly SeenActor[];
  readonly procedures: readonly Procedure[];
  /** A suppression in shadow would have hidden it: its id. */
  readonly wouldBeHiddenBy: readonly string[];
  /** Its rule had too many groups, and some were dropped: events may be missing. */
  readonly incomplete?: true;
  /** A silence that is over: time of the first event after it. */
  readonly returnedAt?: number;
}

/** An observable and when it was first seen: the earliest `OBSERVABLE_LIMIT` stay. */
export interface SeenObservable extends Observable {
  readonly firstSeen: number;
}

/** What TheHive is known to have of an alert. */
export interface Delivered {
  /** The revision that TheHive accepted last. */
  readonly revision: number;
  /** TheHive's `_id` of the alert. */
  readonly alertId: string;
  /** TheHive's `_id` of the case that the alert is in. */
  readonly caseId?: string;
  readonly severity: Severity;
  readonly count: number;
  /** Keys of observables that were sent. */
  readonly observables: readonly string[];
  readonly procedures: readonly string[];
  /** The alert is in the case, and the case's own page and fields may not tell of it yet. */
  readonly caseIsStale?: boolean;
}

/** An alert with its revision (rises with every change of content) and what TheHive has of it. */
export interface StoredAlert {
  readonly alert: Alert;
  readonly revision: number;
  readonly delivered?: Delivered;
}

/** What a batch did to an alert: nothing, first content, or more of it. */
export interface AlertChange {
  readonly kind: 'open' | 'update' | 'unchanged';
  readonly fingerprint: string;
  readonly revision: number;
  readonly severity: Severity;
  /** TheHive does not have this revision yet: a delivery is due, also where the batch changed nothing. */
  readonly pending: boolean;
}

/** The severity that TheHive shows. */
export function shownSeverity({ score, severity }: Pick<Alert, 'score' | 'severity'>): Severity {
  return score?.severity ?? severity;
}

/** What decides whether a case is opened: a low score orders work, it does not keep a case closed. */
export function caseSeverityOf(alert: Pick<Alert, 'score' | 'severity'>): Severity {
  return maxSeverity(alert.severity, shownSeverity(alert));
}
