import type { Actor, EnrichedEvent } from './event.ts';
import type { Observable } from './observable.ts';
import type { RiskFacts } from './risk.ts';
import type { Severity } from './severity.ts';

/** What later stages need to know of a rule: enough to alert without parsing it again. */
export interface RuleInfo {
  readonly id: string;
  /** Hash of what the rule matches: a suppression is bound to it. */
  readonly revision: string;
  readonly title: string;
  readonly description: string;
  readonly level: Severity;
  /** Sigma tags, `attack.t1562.008`. */
  readonly tags: readonly string[];
  /** `x-alert-type`: dotted name of at most 32 characters. */
  readonly alertType: string;
  /** Names of the fields that make the group; the recipient account always comes first and is not listed. */
  readonly groupBy: readonly string[];
  /** Length of the fingerprint's period, ms. */
  readonly periodMs: number;
  /** `x-runbook`: what to check first, Markdown by the rule's author. */
  readonly runbook: string;
  readonly falsePositives: readonly string[];
  /** Several events in a stated order, or a chain: never suppressed. */
  readonly isSequence: boolean;
}

/** A rule matched an event. Feeds correlations; alerts only where the rule alerts on its own. */
export interface RuleMatch {
  readonly ruleId: string;
  readonly event: EnrichedEvent;
  readonly evidence: Evidence;
}

/** One contributing event, bounded in size, as it is shown to people and kept in windows and alerts. JSON-safe. */
export interface Evidence {
  readonly key: string;
  readonly eventId: string;
  readonly time: number;
  readonly account: string;
  readonly accountName?: string;
  readonly environment?: string;
  readonly region: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly errorCode?: string;
  readonly accessLevel?: string;
  readonly actor: Actor;
  readonly sourceAddress: string;
  readonly userAgent: string;
  /** What was touched, as ids or ARNs. */
  readonly resources: readonly string[];
  /** One short line on what the call asked for, `0.0.0.0/0 tcp 22-22`; '' where nothing is known. */
  readonly summary: string;
  readonly observables: readonly Observable[];
  /** Stable context for a suppression's scope: `network`, `userAgent`, `region`, `action`. */
  readonly stable: Readonly<Record<string, string>>;
  /** It is a finding of another product, not a CloudTrail event: what it is about says whose case it belongs to. */
  readonly external?: true;
  /** Owner's marks that keep a finding from being suppressed: `break-glass`, `critical`, `security-account`, … */
  readonly marks: readonly string[];
  /** What the score is made of. Absent: nothing is known. */
  readonly risk?: RiskFacts;
}

/** Identity and time of a contributing event. */
export interface Member {
  readonly key: string;
  readonly time: number;
}

/** An actor and when it was first seen acting. */
export interface SeenActor extends Actor {
  readonly firstSeen: number;
}

/** What all members of a finding say together, where the evidence is only a sample of them. JSON-safe. */
export interface MemberSummary {
  /** The earliest `OBSERVABLE_LIMIT` by (first seen, key). */
  readonly observables: readonly (Observable & { readonly firstSeen: number })[];
  /** The earliest `ACTOR_LIMIT` by (first seen, principal and session). */
  readonly actors: readonly SeenActor[];
  /** The principal of every member; absent where they differ. */
  readonly principal?: string;
  /** The stable facts that are equal for every member. */
  readonly stable: Readonly<Record<string, string>>;
  /** Marks of any member. Sorted. */
  readonly marks: readonly string[];
  /** The highest of each factor. */
  readonly risk?: RiskFacts;
}

/**
 * One rule fired: on one event (detection), or over a window (correlation).
 *
 * A correlation's finding covers the firing members of one group and one period
 * that a batch brought up; `members` is the union of their windows. Findings of
 * one fingerprint add up like sets, so order and repetition change nothing.
 */
export interface Finding {
  /** Hash of rule, group and event (detection) or period (correlation). */
  readonly id: string;
  /** `external`: another product found it (domain/external.ts). */
  readonly kind: 'detection' | 'correlation' | 'external';
  readonly rule: RuleInfo;
  readonly fingerprint: string;
  /** Group-by names and values, `account` first. */
  readonly group: Readonly<Record<string, string>>;
  /** Start of the period, epoch ms. */
  readonly periodStart: number;
  readonly account: string;
  /** All contributing events. */
  readonly members: readonly Member[];
  /** Members on which the condition held (correlation); the event itself (detection). */
  readonly firing: readonly string[];
  /** The earliest of them by (time, key), at most `EVIDENCE_LIMIT`. */
  readonly evidence: readonly Evidence[];
  /** Over all members. Absent: `evidence` is all of them, and says it itself. */
  readonly summary?: MemberSummary;
  /** The silence that the rule told of is over: time of the first event after it. */
  readonly returnedAt?: number;
  /** Groups of the rule were dropped for their number: events may be missing from its windows. */
  readonly incomplete?: true;
}

/** How many events an alert shows. Its count is exact all the same. */
export const EVIDENCE_LIMIT = 20;
/** How many observables an alert carries; the earliest seen stay. */
export const OBSERVABLE_LIMIT = 200;
/** How many actors an alert carries; the earliest seen stay. */
export const ACTOR_LIMIT = 20;

/** Order of evidence and members: by time, then key. Total, so that samples do not depend on arrival. */
export function byTimeThenKey(a: Member, b: Member): number {
  if (a.time !== b.time) return a.time - b.time;
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}

/** A finding that goes on to an alert. */
export interface LiveFinding {
  readonly finding: Finding;
  /** Ids of suppressions in shadow that would have hidden it. */
  readonly wouldBeHiddenBy: readonly string[];
}

/** A finding that a suppression hid: stored and counted, never dropped. */
export interface HiddenFinding {
  readonly finding: Finding;
  readonly suppressionId: string;
}
