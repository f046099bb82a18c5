import type { Evidence, RuleInfo } from '../../domain/finding.ts';
import { type Severity, severityRank } from '../../domain/severity.ts';

/** What the ceiling is asked about: a finding or an alert, as all of its events state it. */
export interface CeilingSubject {
  readonly rule: Pick<RuleInfo, 'level' | 'isSequence'>;
  readonly severity: Severity;
  /** Marks of any of its events. */
  readonly marks: readonly string[];
  readonly principals: readonly string[];
  readonly evidence: readonly Pick<Evidence, 'actor'>[];
}

/** Words for people; a mark that is not named here blocks all the same. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ['root', 'the root user'],
  ['break-glass', 'a break-glass principal'],
  ['critical', 'a critical asset'],
  ['security-account', 'a security account'],
  ['management-account', 'the management account of the organisation'],
  ['logging', 'tampering with logs or guardrails'],
]);

/**
 * Why this must never be hidden, or undefined where it may be.
 *
 * The hard ceiling: it stands in code and not in configuration, and it is asked
 * both when a suppression is proposed and each time one would hide something, so
 * a suppression that got into the store by another way hides nothing above it.
 */
export function ceilingOf(subject: CeilingSubject): string | undefined {
  if (severityRank(subject.severity) >= severityRank('high')) return `severity ${subject.severity}`;
  if (severityRank(subject.rule.level) >= severityRank('high')) return `severity ${subject.rule.level}`;
  if (subject.rule.isSequence) return 'a sequence of events';
  if (isRoot(subject)) return 'the root user';
  const [mark] = subject.marks;
  return mark === undefined ? undefined : (MARKS.get(mark) ?? `the mark ${mark}`);
}

function isRoot({ principals, evidence }: CeilingSubject): boolean {
  return (
    principals.some((principal) => principal.startsWith('root:') || principal.endsWith(':root')) ||
    evidence.some(({ actor }) => actor.kind === 'root')
  );
}
