import { describe, expect, it } from 'vitest';
import { createMemorySuppressions } from '../../../../src/adapters/memory/suppressions.ts';
import type { Finding } from '../../../../src/domain/finding.ts';
import { summarize } from '../../../../src/domain/summary.ts';
import type { Suppression } from '../../../../src/domain/suppression.ts';
import { createSuppress } from '../../../../src/pipeline/suppress/suppress.ts';
import {
  ACCOUNT,
  aFinding,
  anActor,
  anEvidence,
  aRule,
  DAY,
  TEN_O_CLOCK,
} from '../../../helpers/a-finding.ts';
import { aSuppression } from '../../../helpers/a-suppression.ts';

const NOW = TEN_O_CLOCK + DAY;

async function suppress(findings: Finding[], suppressions: Suppression[], now = NOW) {
  const store = createMemorySuppressions();
  for (const each of suppressions) await store.put(each);
  return { store, ...(await createSuppress(store)(findings, now)) };
}

const isHidden = async (finding: Finding, suppression: Suppression = aSuppression()) =>
  (await suppress([finding], [suppression])).hidden.length === 1;

describe('a finding within the scope', () => {
  it('is hidden by an active suppression, and counted once', async () => {
    const finding = aFinding();
    const { live, hidden, store } = await suppress([finding], [aSuppression()]);
    expect(live).toEqual([]);
    expect(hidden).toEqual([{ finding, suppressionId: 's1' }]);
    await createSuppress(store)([finding], NOW);
    expect((await store.list())[0]?.hits).toBe(1);
  });

  it('is live under one in shadow, which says that it would have hidden it', async () => {
    const { live, store } = await suppress([aFinding()], [aSuppression({ state: 'shadow' })]);
    expect(live.map(({ wouldBeHiddenBy }) => wouldBeHiddenBy)).toEqual([['s1']]);
    expect((await store.list())[0]?.hits).toBe(1);
  });

  it.each(['proposed', 'revoked'] as const)('is live under one that is %s', async (state) => {
    const { live, store } = await suppress([aFinding()], [aSuppression({ state })]);
    expect(live.map(({ wouldBeHiddenBy }) => wouldBeHiddenBy)).toEqual([[]]);
    expect((await store.list())[0]?.hits).toBe(0);
  });

  it('is live from the moment of expiry on', async () => {
    const suppression = aSuppression({ expiresAt: NOW });
    expect((await suppress([aFinding()], [suppression], NOW)).live.length).toBe(1);
    expect((await suppress([aFinding()], [suppression], NOW - 1)).hidden.length).toBe(1);
  });
});

describe('a finding outside the scope is live', () => {
  const stable = anEvidence().stable;
  it.each<[string, Finding]>([
    ['another rule', aFinding({ rule: aRule({ id: 'other' }) })],
    ['an edited rule', aFinding({ rule: aRule({ revision: 'r2' }) })],
    ['another account', aFinding({ event: { account: '444455556666' } })],
    ['another principal', aFinding({ event: { actor: anActor({ principal: 'arn:aws:iam::1:user/eve' }) } })],
    ['another network', aFinding({ event: { stable: { ...stable, network: '203.0.113.0/24' } } })],
    ['a network that is not known', aFinding({ event: { stable: { userAgent: 'cli' } } })],
    [
      'one event of several from elsewhere',
      aFinding({
        evidence: [
          anEvidence({ eventId: 'e1' }),
          anEvidence({ eventId: 'e2', stable: { ...stable, network: '203.0.113.0/24' } }),
        ],
      }),
    ],
  ])('%s', async (_, finding) => {
    expect(await isHidden(finding)).toBe(false);
  });

  it('a scope without any context covers nothing', async () => {
    const { scope } = aSuppression();
    expect(await isHidden(aFinding(), aSuppression({ scope: { ...scope, context: {} } }))).toBe(false);
  });
});

describe('a finding whose evidence is a sample', () => {
  const sample = [anEvidence({ eventId: 'e1' })];
  const members = [
    { key: 'e1', time: 0 },
    { key: 'e2', time: 1 },
  ];

  it('is hidden when all of its members are within the scope', async () => {
    const summary = summarize([...sample, anEvidence({ eventId: 'e2' })]);
    expect(await isHidden(aFinding({ evidence: sample, members, summary }))).toBe(true);
  });

  it('is live when one beyond the sample is not, or carries a mark', async () => {
    const elsewhere = anEvidence({ stable: { network: '203.0.113.0/24', userAgent: 'cli' } });
    for (const other of [elsewhere, anEvidence({ marks: ['critical'] })]) {
      const summary = summarize([...sample, other]);
      expect(await isHidden(aFinding({ evidence: sample, members, summary }))).toBe(false);
    }
  });

  it('is live when nobody knows the others', async () => {
    expect(await isHidden(aFinding({ evidence: sample, members }))).toBe(false);
  });
});

describe('the ceiling: never hidden, though a suppression says so', () => {
  const root = anActor({ kind: 'root', principal: `root:${ACCOUNT}` });
  it.each<[string, Finding]>([
    ['high', aFinding({ rule: aRule({ level: 'high' }) })],
    ['critical', aFinding({ rule: aRule({ level: 'critical' }) })],
    ['a sequence', aFinding({ rule: aRule({ isSequence: true }) })],
    ['root', aFinding({ event: { actor: root } })],
    ...[
      'root',
      'break-glass',
      'critical',
      'security-account',
      'management-account',
      'logging',
      'new-mark',
    ].map((mark): [string, Finding] => [`the mark ${mark}`, aFinding({ event: { marks: [mark] } })]),
  ])('%s', async (_, finding) => {
    const { scope } = aSuppression();
    const principal = finding.evidence[0]?.actor.principal ?? '';
    for (const state of ['active', 'shadow'] as const) {
      const { live } = await suppress([finding], [aSuppression({ state, scope: { ...scope, principal } })]);
      expect(live.map(({ wouldBeHiddenBy }) => wouldBeHiddenBy)).toEqual([[]]);
    }
  });
});

describe('in doubt everything is live', () => {
  const counted: string[] = [];
  const options = { metrics: { count: (name: string) => counted.push(name) } };
  const failing = async () => {
    throw new Error('gone');
  };

  it('when the store does not answer', async () => {
    const store = { list: failing, countHits: async () => 0 };
    const { live, hidden } = await createSuppress(store, options)([aFinding()], NOW);
    expect([live.length, hidden.length]).toEqual([1, 0]);
    expect(counted).toEqual(['suppression_store_failures']);
  });

  it('when a hit cannot be counted', async () => {
    const store = { list: async () => [aSuppression()], countHits: failing };
    expect((await createSuppress(store, options)([aFinding()], NOW)).hidden).toEqual([]);
  });

  it('when an entry is not what it should be', async () => {
    const broken = { ...aSuppression(), scope: undefined } as unknown as Suppression;
    const store = { list: async () => [broken], countHits: async () => 0 };
    expect((await createSuppress(store, options)([aFinding()], NOW)).live.length).toBe(1);
  });
});
