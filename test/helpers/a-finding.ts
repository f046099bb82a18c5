import type { Actor } from '../../src/domain/event.ts';
import type { Evidence, Finding, RuleInfo } from '../../src/domain/finding.ts';
import { fingerprint, periodStartOf } from '../../src/domain/fingerprint.ts';
import { hashOf } from '../../src/domain/hash.ts';

export const ACCOUNT = '111122223333';
/** 2026-03-02T10:00:00Z */
export const TEN_O_CLOCK = Date.UTC(2026, 2, 2, 10);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function aRule(overrides: Partial<RuleInfo> = {}): RuleInfo {
  return {
    id: '5f3fba6c-0b0c-4a7e-9b58-5ac4a6d2c0f1',
    revision: 'r1',
    title: 'Security group opened to the world',
    description: 'A security group lets any address in.',
    level: 'medium',
    tags: ['attack.t1562.007', 'attack.defense-evasion'],
    alertType: 'network.security_group.open',
    groupBy: ['actor.principal'],
    periodMs: DAY,
    runbook: '',
    falsePositives: [],
    isSequence: false,
    ...overrides,
  };
}

export function anActor(overrides: Partial<Actor> = {}): Actor {
  return {
    kind: 'user',
    principal: `arn:aws:iam::${ACCOUNT}:user/alice`,
    name: 'alice',
    account: ACCOUNT,
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    ...overrides,
  };
}

export function anEvidence(overrides: Partial<Evidence> = {}): Evidence {
  const eventId = overrides.eventId ?? overrides.key?.split('/')[0] ?? 'e1';
  const actor = overrides.actor ?? anActor();
  return {
    key: `${eventId}/${ACCOUNT}`,
    eventId,
    time: TEN_O_CLOCK,
    account: ACCOUNT,
    region: 'eu-central-1',
    eventSource: 'ec2.amazonaws.com',
    eventName: 'AuthorizeSecurityGroupIngress',
    actor,
    sourceAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.15',
    resources: ['sg-0123456789abcdef0'],
    summary: '0.0.0.0/0 tcp 22-22',
    observables: [
      { type: 'aws-principal', value: actor.principal, tags: ['actor'] },
      { type: 'ip', value: '198.51.100.7', tags: ['source'] },
    ],
    stable: { network: '198.51.100.0/24', userAgent: 'cli', region: 'eu-central-1', action: 'ec2:Authorize' },
    marks: [],
    ...overrides,
  };
}

/** A detection's finding on one event; `evidence` and `rule` decide group, period and fingerprint. */
export function aFinding(overrides: Partial<Finding> & { readonly event?: Partial<Evidence> } = {}): Finding {
  const { event, ...rest } = overrides;
  const rule = rest.rule ?? aRule();
  const evidence = rest.evidence ?? [anEvidence(event)];
  const first = evidence[0] ?? anEvidence();
  const group = rest.group ?? { account: first.account, 'actor.principal': first.actor.principal };
  const periodStart = rest.periodStart ?? periodStartOf(first.time, rule.periodMs);
  return {
    id: hashOf([rule.id, group, first.key]),
    kind: 'detection',
    rule,
    fingerprint: fingerprint({ ruleId: rule.id, group, periodStart }),
    group,
    periodStart,
    account: first.account,
    members: evidence.map(({ key, time }) => ({ key, time })),
    firing: evidence.map(({ key }) => key),
    evidence,
    ...rest,
  };
}
