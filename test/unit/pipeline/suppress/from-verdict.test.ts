import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../../src/domain/alert.ts';
import type { Suppression, Verdict } from '../../../../src/domain/suppression.ts';
import { applyVerdict, promoteDue } from '../../../../src/pipeline/suppress/from-verdict.ts';
import { defaultProfile, demoProfile } from '../../../../src/pipeline/suppress/profiles.ts';
import { ACCOUNT, anActor, anEvidence, aRule, DAY, TEN_O_CLOCK } from '../../../helpers/a-finding.ts';
import { aSuppression, aVerdict } from '../../../helpers/a-suppression.ts';
import { anAlert } from '../../../helpers/an-alert.ts';

const NOW = TEN_O_CLOCK + DAY;
const low = (fingerprint: string): Alert =>
  anAlert({ fingerprint, rule: aRule({ level: 'low' }), severity: 'low' });
const medium = (fingerprint: string): Alert => anAlert({ fingerprint });
const onCase = (id: string, rest: Partial<Verdict> = {}): Verdict =>
  aVerdict({ subject: { kind: 'case', id }, ...rest });

/** Applies one after the other and keeps what they leave behind. */
function applyAll(
  steps: readonly (readonly [Verdict, readonly Alert[]])[],
  profile = defaultProfile,
  before: readonly Suppression[] = [],
): Suppression[] {
  const kept = new Map(before.map((each) => [each.id, each]));
  for (const [verdict, alerts] of steps)
    for (const each of applyVerdict(verdict, alerts, [...kept.values()], profile, NOW).put)
      kept.set(each.id, each);
  return [...kept.values()];
}

describe('the demo profile', () => {
  it('makes one verdict an active suppression of all that the events share, for 14 days', () => {
    const [suppression, ...others] = applyAll([[onCase('~1'), [medium('v1-a')]]], demoProfile);
    expect(others).toEqual([]);
    expect(suppression).toMatchObject({
      state: 'active',
      scope: {
        ruleId: aRule().id,
        ruleRevision: 'r1',
        account: ACCOUNT,
        principal: `arn:aws:iam::${ACCOUNT}:user/alice`,
        context: anEvidence().stable,
      },
      severity: 'medium',
      reason: 'Known test.',
      evidence: [
        {
          subject: { kind: 'case', id: '~1' },
          fingerprint: 'v1-a',
          by: 'ana@soc.example',
          at: aVerdict().at,
        },
      ],
      createdAt: NOW,
      stateAt: NOW,
      expiresAt: NOW + 14 * DAY,
      hits: 0,
    });
  });

  it('does not widen a verdict to events that came to the alert after it', () => {
    const here = anEvidence();
    const elsewhere = anEvidence({
      eventId: 'e2',
      sourceAddress: '203.0.113.9',
      stable: { ...here.stable, network: '203.0.113.0/24' },
    });
    const judged = anAlert({ fingerprint: 'v1-a', evidence: [here] });
    const grown = anAlert({ fingerprint: 'v1-a', evidence: [here, elsewhere] });
    const suppressions = applyAll(
      [
        [onCase('~1'), [judged]],
        [onCase('~1'), [grown]],
        // Somebody corrects a word in the closed case.
        [onCase('~1', { at: aVerdict().at + 1000 }), [grown]],
      ],
      demoProfile,
    );
    expect(suppressions.map(({ scope }) => scope.context)).toEqual([here.stable]);
  });

  it('takes a new judgement of a case that was opened again, on all that the alert holds by then', () => {
    const here = anEvidence();
    const elsewhere = anEvidence({ eventId: 'e2', stable: { ...here.stable, network: '203.0.113.0/24' } });
    const grown = anAlert({ fingerprint: 'v1-a', evidence: [here, elsewhere] });
    const { network: _, ...shared } = here.stable;
    const suppressions = applyAll(
      [
        [onCase('~1'), [anAlert({ fingerprint: 'v1-a', evidence: [here] })]],
        [onCase('~1', { kind: 'open', at: aVerdict().at + 1000 }), [grown]],
        [onCase('~1', { at: aVerdict().at + 2000 }), [grown]],
      ],
      demoProfile,
    );
    expect(suppressions.map(({ state, scope }) => [state, scope.context])).toEqual([
      ['revoked', here.stable],
      ['active', shared],
    ]);
  });

  it.each([
    ['high', anAlert({ severity: 'high' })],
    ['root', anAlert({ event: { actor: anActor({ kind: 'root', principal: `root:${ACCOUNT}` }) } })],
    ['a marked event', anAlert({ event: { marks: ['logging'] } })],
    ['a sequence', anAlert({ rule: aRule({ isSequence: true }) })],
  ])('proposes nothing above the ceiling: %s', (_, alert) => {
    const { put, why } = applyVerdict(onCase('~1'), [alert], [], demoProfile, NOW);
    expect(put).toEqual([]);
    expect(why[0]).toMatch(/^No suppression for "Security group opened to the world": .+ is never hidden\.$/);
  });
});

describe('the default profile', () => {
  const days = (day: number) => TEN_O_CLOCK + day * DAY;

  it('puts low into shadow after two verdicts', () => {
    const first = [onCase('~1'), [low('v1-a')]] as const;
    expect(applyAll([first]).map(({ state }) => state)).toEqual(['proposed']);
    const both = applyAll([first, [onCase('~2'), [low('v1-b')]]]);
    expect(both.map(({ state, evidence }) => [state, evidence.length])).toEqual([['shadow', 2]]);
  });

  it.each<[string, (readonly [string, string, number])[], string]>([
    [
      'three, two people, two days',
      [
        ['ana', 'v1-a', 1],
        ['ben', 'v1-b', 1],
        ['ana', 'v1-c', 2],
      ],
      'shadow',
    ],
    [
      'one person',
      [
        ['ana', 'v1-a', 1],
        ['ana', 'v1-b', 1],
        ['ana', 'v1-c', 2],
      ],
      'proposed',
    ],
    [
      'one day',
      [
        ['ana', 'v1-a', 1],
        ['ben', 'v1-b', 1],
        ['ana', 'v1-c', 1],
      ],
      'proposed',
    ],
    [
      'two verdicts',
      [
        ['ana', 'v1-a', 1],
        ['ben', 'v1-b', 2],
      ],
      'proposed',
    ],
    [
      'one alert again and again',
      [
        ['ana', 'v1-a', 1],
        ['ben', 'v1-a', 2],
        ['ana', 'v1-a', 3],
      ],
      'proposed',
    ],
  ])('medium with %s', (_, verdicts, state) => {
    const steps = verdicts.map(
      ([by, fingerprint, day], at) =>
        [onCase(`~${at}`, { by, at: days(day) }), [medium(fingerprint)]] as const,
    );
    expect(applyAll(steps).map((each) => each.state)).toEqual([state]);
  });

  it('counts a case with many alerts as one verdict', () => {
    const [suppression] = applyAll([[onCase('~1'), [low('v1-a'), low('v1-b'), low('v1-c')]]]);
    expect(suppression?.state).toBe('proposed');
    expect(suppression?.evidence.length).toBe(3);
  });
});

describe('the same judgement', () => {
  it('again, or seen with a later edit of the closed case, counts once', () => {
    const alerts = [low('v1-a')];
    const once = applyAll([[onCase('~1'), alerts]]);
    expect(applyVerdict(onCase('~1'), alerts, once, defaultProfile, NOW + 1)).toEqual({ put: [], why: [] });
    const edited = onCase('~1', { at: aVerdict().at + DAY, by: 'ben' });
    expect(applyVerdict(edited, alerts, once, defaultProfile, NOW + 1).put).toEqual([]);
  });

  it('does not revive what has expired, another judgement does', () => {
    const once = applyAll([[onCase('~1'), [medium('v1-a')]]], demoProfile);
    const later = NOW + 15 * DAY;
    const edited = onCase('~1', { at: later });
    expect(applyVerdict(edited, [medium('v1-a')], once, demoProfile, later).put).toEqual([]);
    const [revived] = applyVerdict(
      onCase('~2', { at: later }),
      [medium('v1-b')],
      once,
      demoProfile,
      later,
    ).put;
    expect(revived).toMatchObject({ state: 'active', createdAt: later, expiresAt: later + 14 * DAY });
    expect(revived?.evidence.map(({ fingerprint }) => fingerprint)).toEqual(['v1-b']);
  });
});

describe('taking back', () => {
  const alerts = [medium('v1-a')];
  const active = () => applyAll([[onCase('~1', { at: 100 }), alerts]], demoProfile);

  it.each(['open', 'true-positive'] as const)('%s revokes what rests on the subject', (kind) => {
    const [revoked] = applyVerdict(onCase('~1', { kind, at: 200 }), [], active(), demoProfile, NOW + 5).put;
    expect(revoked).toMatchObject({
      state: 'revoked',
      stateAt: NOW + 5,
      expiresAt: NOW + 5,
      revokedBy: { subject: { kind: 'case', id: '~1' }, at: 200 },
    });
  });

  it('says nothing about other subjects, or twice', () => {
    expect(applyVerdict(onCase('~2', { kind: 'open' }), alerts, active(), demoProfile, NOW).put).toEqual([]);
    const revoked = applyAll([[onCase('~1', { kind: 'open', at: 200 }), alerts]], demoProfile, active());
    expect(
      applyVerdict(onCase('~1', { kind: 'open', at: 300 }), alerts, revoked, demoProfile, NOW).put,
    ).toEqual([]);
  });

  it('by a true positive reaches what would hide this principal under this rule, and no more', () => {
    const elsewhere = medium('v1-other');
    const put = (alert: Alert) =>
      applyVerdict(onCase('~2', { kind: 'true-positive' }), [alert], active(), demoProfile, NOW).put.length;
    expect(put(elsewhere)).toBe(1);
    expect(put(anAlert({ rule: aRule({ id: 'other' }) }))).toBe(0);
    expect(put(anAlert({ event: { actor: anActor({ principal: 'arn:aws:iam::1:user/eve' }) } }))).toBe(0);
  });

  it('is undone by a later judgement of the same object, not by an old reading of it', () => {
    const revoked = applyAll([[onCase('~1', { kind: 'open', at: 200 }), alerts]], demoProfile, active());
    const again = (at: number) =>
      applyVerdict(onCase('~1', { at }), alerts, revoked, demoProfile, NOW + 9).put;
    expect(again(100)).toEqual([]);
    expect(again(200)).toEqual([]);
    expect(again(300).map(({ state, createdAt }) => [state, createdAt])).toEqual([['active', NOW + 9]]);
  });

  it('by another object’s true positive is not undone by an edit of the first', () => {
    const revoked = applyAll(
      [[onCase('~2', { kind: 'true-positive', at: 200 }), alerts]],
      demoProfile,
      active(),
    );
    expect(applyVerdict(onCase('~1', { at: 300 }), alerts, revoked, demoProfile, NOW).put).toEqual([]);
  });
});

it.each(['indeterminate', 'duplicate'] as const)('%s says nothing', (kind) => {
  const before = applyAll([[onCase('~1'), [medium('v1-a')]]], demoProfile);
  expect(applyVerdict(onCase('~1', { kind }), [medium('v1-a')], before, demoProfile, NOW)).toEqual({
    put: [],
    why: [],
  });
});

describe('the scope', () => {
  it('holds only what all events share', () => {
    const stable = { network: '198.51.100.0/24', userAgent: 'cli', action: 'ec2:Authorize' };
    const evidence = [
      anEvidence({ eventId: 'e1', stable: { ...stable, region: 'eu-central-1' } }),
      anEvidence({ eventId: 'e2', stable: { ...stable, region: 'us-east-1' } }),
    ];
    const [suppression] = applyAll([[onCase('~1'), [anAlert({ evidence })]]], demoProfile);
    expect(suppression?.scope.context).toEqual(stable);
  });

  it.each([
    ['several principals', [anEvidence(), anEvidence({ actor: anActor({ principal: 'x' }) })]],
    ['no known principal', [anEvidence({ actor: anActor({ principal: '' }) })]],
    ['an unknown account', [anEvidence({ account: '' })]],
    ['neither network nor user agent', [anEvidence({ stable: { region: 'eu-central-1', action: 'x' } })]],
  ])('is none for %s', (_, evidence) => {
    const { put, why } = applyVerdict(onCase('~1'), [anAlert({ evidence })], [], demoProfile, NOW);
    expect(put).toEqual([]);
    expect(why.length).toBe(1);
  });
});

describe('promotion out of shadow', () => {
  const shadow = aSuppression({ state: 'shadow', stateAt: NOW, expiresAt: NOW + 14 * DAY });
  it.each<[string, Suppression, number, number]>([
    ['after seven days', shadow, NOW + 7 * DAY, 1],
    ['not before', shadow, NOW + 7 * DAY - 1, 0],
    ['after twenty hits', { ...shadow, hits: 20 }, NOW, 1],
    ['not after nineteen', { ...shadow, hits: 19 }, NOW, 0],
    ['not once expired', shadow, NOW + 14 * DAY, 0],
    ['only out of shadow', { ...shadow, state: 'revoked' }, NOW + 8 * DAY, 0],
  ])('%s', (_, suppression, now, promoted) => {
    const due = promoteDue([suppression], now, defaultProfile);
    expect(due.length).toBe(promoted);
    for (const each of due)
      expect(each).toMatchObject({ state: 'active', stateAt: now, expiresAt: now + 14 * DAY });
  });
});
