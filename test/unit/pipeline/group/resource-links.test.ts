import { describe, expect, it } from 'vitest';
import { createMemoryAlerts } from '../../../../src/adapters/memory/alerts.ts';
import { createMemoryIncidents } from '../../../../src/adapters/memory/incidents.ts';
import { createMemoryLineage } from '../../../../src/adapters/memory/lineage.ts';
import type { Alert, AlertChange } from '../../../../src/domain/alert.ts';
import type { Evidence } from '../../../../src/domain/finding.ts';
import { createGroup } from '../../../../src/pipeline/group/group.ts';
import { lineageOf } from '../../../../src/pipeline/group/lineage.ts';
import { linksOf } from '../../../../src/pipeline/group/links.ts';
import { resourceKeys } from '../../../../src/pipeline/group/resource-keys.ts';
import { resourceLinksOf } from '../../../../src/pipeline/group/resource-links.ts';
import { ACCOUNT, anActor, anEvidence, HOUR, TEN_O_CLOCK } from '../../../helpers/a-finding.ts';
import { anAlert } from '../../../helpers/an-alert.ts';
import { anEnrichedEvent } from '../../../helpers/an-event.ts';

const INSTANCE = 'i-0123456789abcdef0';
const user = (name: string) =>
  anActor({ principal: `arn:aws:iam::${ACCOUNT}:user/${name}`, name, accessKeyId: '' });
const nobody = anActor({ kind: 'unknown', principal: '', name: '', accessKeyId: '' });

/** An alert of our own: the user touched the resources. */
const own = (fingerprint: string, name: string, resources: readonly string[], more: Partial<Evidence> = {}) =>
  anAlert({
    fingerprint,
    actors: [{ ...user(name), firstSeen: TEN_O_CLOCK }],
    evidence: [anEvidence({ key: `${fingerprint}/${ACCOUNT}`, actor: user(name), resources, ...more })],
  });
/** A finding of GuardDuty about the resources, which names no actor. */
const foreign = (fingerprint: string, resources: readonly string[], more: Partial<Evidence> = {}) =>
  anAlert({
    fingerprint,
    actors: [],
    evidence: [
      anEvidence({
        ...{ key: `${fingerprint}/${ACCOUNT}`, actor: nobody, resources, external: true },
        ...{ eventSource: 'guardduty.amazonaws.com', ...more },
      }),
    ],
  });

async function incidentsOf(batches: readonly (readonly Alert[])[]): Promise<readonly string[][]> {
  const alerts = createMemoryAlerts();
  const incidents = createMemoryIncidents();
  const group = createGroup(incidents, alerts, 72 * HOUR, { store: createMemoryLineage() });
  for (const batch of batches) {
    const changes: AlertChange[] = [];
    for (const alert of batch) {
      await alerts.write(alert, 0);
      const { fingerprint, severity } = alert;
      changes.push({ kind: 'open', fingerprint, revision: 1, severity, pending: true });
    }
    await group(changes);
  }
  const found = new Map<string, string[]>();
  for (const { fingerprint } of batches.flat()) {
    const incident = await incidents.of(fingerprint);
    found.set(incident?.id ?? '', [...(incident?.fingerprints ?? [])]);
  }
  return [...found.values()].toSorted((a, b) => (a[0]! < b[0]! ? -1 : 1));
}

describe('a finding of another product', () => {
  it.each([
    ['after', [[own('a', 'alice', [INSTANCE])], [foreign('x', [INSTANCE])]]],
    ['before', [[foreign('x', [INSTANCE])], [own('a', 'alice', [INSTANCE])]]],
    ['with', [[foreign('x', [INSTANCE]), own('a', 'alice', [INSTANCE])]]],
  ])('joins the incident of whoever touched its resource, coming %s it', async (_name, batches) => {
    expect(await incidentsOf(batches)).toEqual([['a', 'x']]);
  });

  it('about something else stays alone', async () => {
    expect(
      await incidentsOf([[own('a', 'alice', [INSTANCE])], [foreign('x', ['i-0fedcba9876543210'])]]),
    ).toEqual([['a'], ['x']]);
  });

  it('joins none where more touched its resource than one can be said to', async () => {
    const many = Array.from({ length: 7 }, (_, index) => own(`a${index}`, `user${index}`, [INSTANCE]));
    const found = await incidentsOf([many, [foreign('x', [INSTANCE])]]);
    expect(found).toContainEqual(['x']);
    expect(found).toHaveLength(8);
  });

  it('joins by its access key and principal as our own alerts do', async () => {
    const named = anAlert({
      fingerprint: 'x',
      actors: [{ ...user('alice'), firstSeen: TEN_O_CLOCK }],
      evidence: [anEvidence({ key: `x/${ACCOUNT}`, actor: user('alice'), resources: [], external: true })],
    });
    expect(await incidentsOf([[own('a', 'alice', ['sg-1'])], [named]])).toEqual([['a', 'x']]);
  });
});

describe('our own alerts', () => {
  it('do not meet through a resource that both touched', async () => {
    expect(await incidentsOf([[own('a', 'alice', [INSTANCE]), own('b', 'bob', [INSTANCE])]])).toEqual([
      ['a'],
      ['b'],
    ]);
  });

  it('say who touched what, also of a session that is an instance', () => {
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/web/${INSTANCE}`;
    const actor = anActor({ kind: 'role', session, accessKeyId: 'ASIAIOSFODNN7EXAMPLE' });
    const alert = anAlert({ evidence: [anEvidence({ actor, resources: [] })] });
    expect(resourceLinksOf(alert).map(({ child, parent }) => `${child} -> ${parent}`)).toEqual([
      `resource:${ACCOUNT}:${INSTANCE} -> actor:${session}`,
      `resource:${ACCOUNT}:${INSTANCE} -> key:ASIAIOSFODNN7EXAMPLE`,
    ]);
  });

  it('of nobody in particular go by themselves', () => {
    const service = anActor({ kind: 'service', principal: 'ec2.amazonaws.com', accessKeyId: '' });
    const alert = anAlert({
      actors: [{ ...service, firstSeen: TEN_O_CLOCK }],
      evidence: [anEvidence({ actor: service, resources: [INSTANCE] })],
    });
    expect(resourceLinksOf(alert).map(({ parent }) => parent)).toEqual(
      lineageOf(alert).filter((key) => key.startsWith('group:')),
    );
  });
});

describe('a resource', () => {
  it.each<[string, string, string, string]>([
    [
      'an instance by ARN',
      'ec2',
      `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/${INSTANCE}`,
      `${ACCOUNT}:${INSTANCE}`,
    ],
    ['an instance by id', 'ec2', INSTANCE, `${ACCOUNT}:${INSTANCE}`],
    [
      'a function by ARN',
      'guardduty',
      `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:f:1`,
      `${ACCOUNT}:function:f`,
    ],
    ['a function by name', 'lambda', 'f', `${ACCOUNT}:function:f`],
    ['an object, by its bucket', 's3', 'arn:aws:s3:::b/k/e/y', 'arn:aws:s3:::b'],
    ['a user', 'iam', `arn:aws:iam::${ACCOUNT}:user/alice`, `arn:aws:iam::${ACCOUNT}:user/alice`],
  ])('has one name: %s', (_name, service, resource, name) => {
    const place = { account: ACCOUNT, eventSource: `${service}.amazonaws.com` };
    expect(resourceKeys(place, [resource])).toEqual([`resource:${name}`]);
  });

  it('of any length is a bounded key', () => {
    const [key = ''] = resourceKeys({ account: ACCOUNT, eventSource: 's3.amazonaws.com' }, [
      'x'.repeat(100_000),
    ]);
    expect(key.length).toBeLessThanOrEqual(256);
  });
});

describe('Identity Center', () => {
  it('links the key and session of its user to that user', () => {
    const store = 'arn:aws:identitystore::111122223333:identitystore/d-1';
    const userIdentity = {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/bob`,
      accountId: ACCOUNT,
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      onBehalfOf: { userId: 'u-1', identityStoreArn: store },
    };
    expect(
      linksOf([anEnrichedEvent({ userIdentity })]).map(({ child, parent }) => `${child} -> ${parent}`),
    ).toEqual([
      `key:ASIAIOSFODNN7EXAMPLE -> actor:${store}/user/u-1`,
      `actor:${userIdentity.arn} -> actor:${store}/user/u-1`,
    ]);
  });
});
