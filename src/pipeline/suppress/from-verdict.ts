/** What verdicts leave behind. Pure rules: no store, no clock, no TheHive. */
import type { Alert } from '../../domain/alert.ts';
import type {
  Suppression,
  SuppressionEvidence,
  SuppressionState,
  Verdict,
  VerdictKind,
} from '../../domain/suppression.ts';
import { ceilingOf } from './ceiling.ts';
import type { SuppressionProfile } from './profiles.ts';
import { scopeOf, suppressionIdOf } from './scope.ts';

/** What to store, and for people why that and nothing else. */
export interface VerdictOutcome {
  readonly put: Suppression[];
  /** One sentence a decision. Empty: the verdict changes nothing that was not so before. */
  readonly why: string[];
}

const DAY_MS = 24 * 3_600_000;
const PROPOSES: readonly VerdictKind[] = ['false-positive', 'benign-true-positive'];
const REVOKES: readonly VerdictKind[] = ['true-positive', 'open'];

/**
 * Applies one verdict to the alerts that it covers.
 *
 * False and benign positives speak for a suppression; a true positive, or taking
 * the judgement back (`open`), revokes whatever rests on this subject, and a true
 * positive also what would hide this principal under this rule. Everything else
 * says nothing. The same verdict again, or seen with a later change of the same
 * object, changes nothing.
 */
export function applyVerdict(
  verdict: Verdict,
  alerts: readonly Alert[],
  existing: readonly Suppression[],
  profile: SuppressionProfile,
  now: number,
): VerdictOutcome {
  if (REVOKES.includes(verdict.kind)) return revoke(verdict, alerts, existing, now);
  if (!PROPOSES.includes(verdict.kind)) return { put: [], why: [] };
  return propose(verdict, alerts, existing, profile, now);
}

/** Suppressions whose time in shadow is over: they become active. */
export function promoteDue(
  suppressions: readonly Suppression[],
  now: number,
  profile: SuppressionProfile,
): Suppression[] {
  const { shadow } = profile;
  return suppressions
    .filter(({ state, expiresAt }) => state === 'shadow' && expiresAt > now)
    .filter(({ stateAt, hits }) => shadow === undefined || now - stateAt >= shadow.ms || hits >= shadow.hits)
    .map((each) => enter(each, 'active', profile, now));
}

function propose(
  verdict: Verdict,
  alerts: readonly Alert[],
  existing: readonly Suppression[],
  profile: SuppressionProfile,
  now: number,
): VerdictOutcome {
  const known = new Map(existing.map((each) => [each.id, each]));
  const put = new Map<string, Suppression>();
  const why: string[] = [];
  for (const alert of alerts) {
    const refusal = refusalOf(alert, profile);
    const scoped = scopeOf(alert);
    if (refusal !== undefined || 'why' in scoped) {
      why.push(
        `No suppression for "${alert.rule.title}": ${refusal ?? ('why' in scoped ? scoped.why : '')}.`,
      );
      continue;
    }
    const added = evidenceOf(verdict, alert);
    if (hasSpoken(existing, added)) continue;
    const id = suppressionIdOf(scoped.scope);
    const before = known.get(id);
    const blank = { id, scope: scoped.scope, severity: alert.severity };
    const after = withEvidence(before, blank, added, { profile, now, verdict });
    known.set(id, after);
    put.set(id, after);
    why.push(describeStep(before, after, profile));
  }
  return { put: [...put.values()], why };
}

function refusalOf(alert: Alert, profile: SuppressionProfile): string | undefined {
  const ceiling = ceilingOf({
    rule: alert.rule,
    severity: alert.severity,
    marks: [...new Set(alert.evidence.flatMap(({ marks }) => marks))].sort(),
    principals: alert.actors.map(({ principal }) => principal),
    evidence: alert.evidence,
  });
  if (ceiling !== undefined) return `${ceiling} is never hidden`;
  return profile.needed[alert.severity] === undefined
    ? `severity ${alert.severity} is never hidden`
    : undefined;
}

function evidenceOf({ subject, by, at }: Verdict, { fingerprint }: Alert): SuppressionEvidence {
  return { subject: { kind: subject.kind, id: subject.id }, fingerprint, by, at };
}

/**
 * A later edit of a closed case is not a further judgement, whatever its alert has
 * got since: nobody judged that. Also where it would make another scope.
 */
function hasSpoken(existing: readonly Suppression[], added: SuppressionEvidence): boolean {
  return existing.some(
    (each) => each.evidence.some((known) => isSameObject(known, added)) && !speaksAgain(each, added),
  );
}

/** The suppression with one more verdict for it. */
function withEvidence(
  before: Suppression | undefined,
  blank: Pick<Suppression, 'id' | 'scope' | 'severity'>,
  added: SuppressionEvidence,
  { profile, now, verdict }: { profile: SuppressionProfile; now: number; verdict: Verdict },
): Suppression {
  const isOver = before === undefined || before.state === 'revoked' || before.expiresAt <= now;
  if (isOver) {
    // A new life: what spoke for the old one was taken back or has had its time.
    const begun = { ...blank, reason: verdict.reason, evidence: [added], createdAt: now, hits: 0 };
    return advance(enter(begun, 'proposed', profile, now), profile, now);
  }
  return advance({ ...before, evidence: [...before.evidence, added] }, profile, now);
}

/** Leaves `proposed` when the verdicts suffice. */
function advance(suppression: Suppression, profile: SuppressionProfile, now: number): Suppression {
  if (suppression.state !== 'proposed' || !suffices(suppression, profile)) return suppression;
  return enter(suppression, profile.shadow === undefined ? 'active' : 'shadow', profile, now);
}

function suffices({ evidence, severity }: Suppression, profile: SuppressionProfile): boolean {
  const needed = profile.needed[severity];
  if (needed === undefined) return false;
  const distinct = (of: (each: SuppressionEvidence) => string | number) => new Set(evidence.map(of)).size;
  return (
    distinct(({ subject }) => `${subject.kind} ${subject.id}`) >= needed.verdicts &&
    distinct(({ fingerprint }) => fingerprint) >= needed.verdicts &&
    distinct(({ by }) => by) >= needed.people &&
    distinct(({ at }) => Math.floor(at / DAY_MS)) >= needed.days
  );
}

/** After being taken back, the same object counts again only by a judgement later than that. */
function speaksAgain({ state, revokedBy }: Suppression, { subject, at }: SuppressionEvidence): boolean {
  return (
    state === 'revoked' && revokedBy !== undefined && isSame(revokedBy.subject, subject) && at > revokedBy.at
  );
}

function enter(
  suppression: Omit<Suppression, 'state' | 'stateAt' | 'expiresAt'>,
  state: SuppressionState,
  profile: SuppressionProfile,
  now: number,
): Suppression {
  return { ...suppression, state, stateAt: now, expiresAt: now + profile.expiryMs };
}

function revoke(
  verdict: Verdict,
  alerts: readonly Alert[],
  existing: readonly Suppression[],
  now: number,
): VerdictOutcome {
  const contradicted = existing.filter(
    (each) =>
      each.state !== 'revoked' &&
      (each.evidence.some(({ subject }) => isSame(subject, verdict.subject)) ||
        (verdict.kind === 'true-positive' && alerts.some((alert) => isOf(each, alert)))),
  );
  const revokedBy = { subject: { kind: verdict.subject.kind, id: verdict.subject.id }, at: verdict.at };
  const reason = verdict.kind === 'open' ? 'was opened again' : 'is a true positive';
  return {
    put: contradicted.map((each) => ({ ...each, state: 'revoked', stateAt: now, expiresAt: now, revokedBy })),
    why: contradicted.map(
      ({ id }) => `Suppression ${id} is revoked: the ${verdict.subject.kind} it rests on ${reason}.`,
    ),
  };
}

/** Does the suppression speak of this alert's rule, account and one of its principals? */
function isOf({ scope }: Suppression, alert: Alert): boolean {
  return (
    scope.ruleId === alert.rule.id &&
    scope.account === alert.account &&
    alert.actors.some(({ principal }) => principal === scope.principal)
  );
}

function isSame(a: SuppressionEvidence['subject'], b: SuppressionEvidence['subject']): boolean {
  return a.kind === b.kind && a.id === b.id;
}

function isSameObject(a: SuppressionEvidence, b: SuppressionEvidence): boolean {
  return isSame(a.subject, b.subject) && a.fingerprint === b.fingerprint;
}

function describeStep(
  before: Suppression | undefined,
  after: Suppression,
  profile: SuppressionProfile,
): string {
  const marked = profile.name === 'default' ? '' : ` (${profile.name} profile)`;
  const verdicts = `${after.evidence.length} ${after.evidence.length === 1 ? 'verdict' : 'verdicts'}`;
  return before?.state === after.state
    ? `Suppression ${after.id} stays ${after.state} with ${verdicts}${marked}.`
    : `Suppression ${after.id} is ${after.state} with ${verdicts}${marked}.`;
}
