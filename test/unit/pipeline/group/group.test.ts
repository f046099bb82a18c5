import { describe, expect, it } from 'vitest';
import { createMemoryAlerts } from '../../../../src/adapters/memory/alerts.ts';
import { createMemoryIncidents } from '../../../../src/adapters/memory/incidents.ts';
import type { Alert, AlertChange, Delivered } from '../../../../src/domain/alert.ts';
import type { Actor } from '../../../../src/domain/event.ts';
import { createGroup } from '../../../../src/pipeline/group/group.ts';
import { lineageOf } from '../../../../src/pipeline/group/lineage.ts';
import { ACCOUNT, anActor, DAY, HOUR, TEN_O_CLOCK } from '../../../helpers/a-finding.ts';
import { anAlert } from '../../../helpers/an-alert.ts';

const by = (actor: Partial<Actor>) => ({ actors: [{ ...anActor(actor), firstSeen: TEN_O_CLOCK }] });
const roleSession = (name: string): Partial<Actor> => ({
  kind: 'role',
  principal: `arn:aws:iam::${ACCOUNT}:role/admin`,
  session: `arn:aws:sts::${ACCOUNT}:assumed-role/admin/${name}`,
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
});

describe('lineage', () => {
  it.each<[string, Partial<Actor>, string[]]>([
    ['a user and the key', {}, [`actor:arn:aws:iam::${ACCOUNT}:user/alice`, 'key:AKIAIOSFODNN7EXAMPLE']],
    [
      'a role session, not the role',
      roleSession('bob'),
      [`actor:arn:aws:sts::${ACCOUNT}:assumed-role/admin/bob`, 'key:ASIAIOSFODNN7EXAMPLE'],
    ],
    ['root', { kind: 'root', principal: `root:${ACCOUNT}`, accessKeyId: '' }, [`actor:root:${ACCOUNT}`]],
    [
      'a federated login',
      { kind: 'federated', principal: 'idp/eve', accessKeyId: 'no-key' },
      ['actor:idp/eve'],
    ],
    [
      'only the key of an actor of unknown type',
      { kind: 'unknown', principal: 'unknown:x' },
      ['key:AKIAIOSFODNN7EXAMPLE'],
    ],
  ])('is %s', (_, actor, lineage) => {
    expect(lineageOf(anAlert(by(actor)))).toEqual(lineage);
  });

  it.each<[string, Partial<Actor>]>([
    ['an AWS service', { kind: 'service', principal: 'ec2.amazonaws.com' }],
    ['another account', { kind: 'account', principal: 'account:444455556666' }],
    ['nobody', { kind: 'anonymous', principal: '' }],
    ['a hidden name', { principal: 'HIDDEN_DUE_TO_SECURITY_REASONS', accessKeyId: '' }],
    [
      'a service-linked role',
      {
        ...roleSession('AutoScaling'),
        principal: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
      },
    ],
  ])('of %s is the alert’s rule and group alone', (_, actor) => {
    const alert = anAlert(by(actor));
    const [only, ...others] = lineageOf(alert);
    expect(only).toMatch(/^group:[0-9a-f]{32}$/);
    expect(others).toEqual([]);
    expect(lineageOf({ ...alert, periodStart: alert.periodStart + DAY })).toEqual([only]);
    expect(lineageOf({ ...alert, group: { account: 'other' } })).not.toEqual([only]);
  });
});

describe('group', () => {
  const GAP = 72 * HOUR;

  function aHouse() {
    const alerts = createMemoryAlerts();
    const incidents = createMemoryIncidents();
    return { alerts, incidents, group: createGroup(incidents, alerts, GAP) };
  }

  const low = anAlert({ fingerprint: 'v1-low', severity: 'low' });
  const medium = anAlert({ fingerprint: 'v1-medium', firstSeen: TEN_O_CLOCK + HOUR });
  const change = (alert: Alert, pending = true): AlertChange => ({
    kind: pending ? 'update' : 'unchanged',
    fingerprint: alert.fingerprint,
    revision: 1,
    severity: alert.severity,
    pending,
  });
  const delivered = (caseId?: string): Delivered => ({
    revision: 1,
    alertId: '~1',
    severity: 'low',
    count: 1,
    observables: [],
    procedures: [],
    ...(caseId === undefined ? {} : { caseId }),
  });

  it('links alerts of one actor and asks for nothing while there is no case', async () => {
    const { alerts, incidents, group } = aHouse();
    await alerts.write(low, 0);
    await alerts.write(medium, 0);
    expect(await group([change(low), change(medium)])).toEqual([]);
    expect((await incidents.of('v1-medium'))?.fingerprints).toEqual(['v1-low', 'v1-medium']);
  });

  it('asks for the earlier low alert once its incident has a case, until it is in it', async () => {
    const { alerts, incidents, group } = aHouse();
    await alerts.write(low, 0);
    await alerts.write(medium, 0);
    await alerts.recordDelivery('v1-low', delivered());
    await group([change(low), change(medium)]);
    await incidents.addCase('v1-medium', { caseId: '~9', number: 9 });
    await alerts.recordDelivery('v1-medium', delivered('~9'));
    const again = { kind: 'unchanged', fingerprint: 'v1-low', revision: 1, severity: 'low', pending: true };
    expect(await group([change(medium, false)])).toEqual([again]);
    expect(await group([change(low, false)])).toEqual([again]);
    expect(await group([change(low, true)])).toEqual([]);
    await alerts.recordDelivery('v1-low', delivered('~9'));
    expect(await group([change(medium, false), change(low, false)])).toEqual([]);
  });

  it('asks for the alerts of the younger case when a late alert joins two incidents', async () => {
    const { alerts, incidents, group } = aHouse();
    const later = anAlert({
      fingerprint: 'v1-z',
      firstSeen: TEN_O_CLOCK + 60 * HOUR,
      lastSeen: TEN_O_CLOCK + 140 * HOUR,
    });
    const latest = anAlert({
      fingerprint: 'v1-y',
      firstSeen: TEN_O_CLOCK + 200 * HOUR,
      lastSeen: TEN_O_CLOCK + 200 * HOUR,
    });
    await alerts.write(low, 0);
    await alerts.write(latest, 0);
    await group([change(low), change(latest)]);
    expect((await incidents.of('v1-y'))?.fingerprints).toEqual(['v1-y']);
    for (const [alert, caseId] of [
      [low, '~1'],
      [latest, '~2'],
    ] as const) {
      await incidents.addCase(alert.fingerprint, { caseId, number: 1 });
      await alerts.recordDelivery(alert.fingerprint, delivered(caseId));
    }
    await alerts.write(later, 0);
    const again = await group([change(later)]);
    expect(again.map(({ fingerprint }) => fingerprint)).toEqual(['v1-y']);
    expect((await incidents.of('v1-low'))?.cases.map(({ caseId }) => caseId)).toEqual(['~1', '~2']);
  });

  it('passes over a change whose alert is gone', async () => {
    expect(await aHouse().group([change(low)])).toEqual([]);
  });
});
