import type { Suppression, Verdict } from '../../src/domain/suppression.ts';
import { ACCOUNT, aRule, DAY, TEN_O_CLOCK } from './a-finding.ts';

/** An active suppression of the rule, account, principal and network of `anEvidence()`. */
export function aSuppression(overrides: Partial<Suppression> = {}): Suppression {
  const rule = aRule();
  return {
    id: 's1',
    state: 'active',
    scope: {
      ruleId: rule.id,
      ruleRevision: rule.revision,
      account: ACCOUNT,
      principal: `arn:aws:iam::${ACCOUNT}:user/alice`,
      context: { network: '198.51.100.0/24', userAgent: 'cli' },
    },
    severity: 'medium',
    reason: 'Alice tests in her sandbox.',
    evidence: [],
    createdAt: TEN_O_CLOCK,
    stateAt: TEN_O_CLOCK,
    expiresAt: TEN_O_CLOCK + 14 * DAY,
    hits: 0,
    ...overrides,
  };
}

/** Ana closes case ~8200 as a false positive. */
export function aVerdict(overrides: Partial<Verdict> = {}): Verdict {
  return {
    kind: 'false-positive',
    subject: { kind: 'case', id: '~8200' },
    fingerprints: [],
    by: 'ana@soc.example',
    at: TEN_O_CLOCK + 3_600_000,
    reason: 'Known test.',
    ...overrides,
  };
}
