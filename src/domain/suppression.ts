import type { Severity } from './severity.ts';

/** An analyst's judgement, read from TheHive. */
export type VerdictKind =
  | 'true-positive'
  | 'benign-true-positive'
  | 'false-positive'
  | 'indeterminate'
  | 'duplicate'
  /** Judged before, open again: what the judgement left behind is withdrawn. */
  | 'open';

export interface Verdict {
  readonly kind: VerdictKind;
  /** The alert or case that was judged. */
  readonly subject: { readonly kind: 'alert' | 'case'; readonly id: string };
  /** Fingerprints of the alerts that the judgement covers. */
  readonly fingerprints: readonly string[];
  /** Login of the person. */
  readonly by: string;
  /** TheHive's `_updatedAt`, epoch ms. */
  readonly at: number;
  /** The analyst's words (`summary`). */
  readonly reason: string;
}

export type SuppressionState = 'proposed' | 'shadow' | 'active' | 'revoked';

/** One verdict that speaks for a suppression. */
export interface SuppressionEvidence {
  readonly subject: { readonly kind: 'alert' | 'case'; readonly id: string };
  readonly fingerprint: string;
  readonly by: string;
  readonly at: number;
}

/** What a suppression covers: all of it must be equal. */
export interface SuppressionScope {
  readonly ruleId: string;
  readonly ruleRevision: string;
  readonly account: string;
  readonly principal: string;
  /** At least one stable fact: `network`, `userAgent`, `region`, `action`. */
  readonly context: Readonly<Record<string, string>>;
}

/** What verdicts leave behind: a scope, an expiry, a reason. JSON-safe. */
export interface Suppression {
  /** Hash of its scope. */
  readonly id: string;
  readonly state: SuppressionState;
  readonly scope: SuppressionScope;
  readonly severity: Severity;
  readonly reason: string;
  readonly evidence: readonly SuppressionEvidence[];
  readonly createdAt: number;
  /** When it entered its present state, epoch ms. */
  readonly stateAt: number;
  /** Hides nothing from this time on, epoch ms. */
  readonly expiresAt: number;
  /** `revoked`: whose judgement took it back, and TheHive's time of it. Only a later one of the same object speaks again. */
  readonly revokedBy?: { readonly subject: SuppressionEvidence['subject']; readonly at: number };
  /** How many findings it hid (active) or would have hidden (shadow). */
  readonly hits: number;
}
