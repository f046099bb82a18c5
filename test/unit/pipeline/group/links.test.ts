import { describe, expect, it } from 'vitest';
import { identityKey } from '../../../../src/pipeline/group/lineage.ts';
import { linksOf } from '../../../../src/pipeline/group/links.ts';
import { anEnrichedEvent, type RecordOverrides } from '../../../helpers/an-event.ts';

const ALICE = 'actor:arn:aws:iam::111122223333:user/alice';
const ALICE_KEY = 'key:AKIAIOSFODNN7EXAMPLE';
const SESSION = 'arn:aws:sts::444455556666:assumed-role/admin/alice';
const NEW_KEY = 'ASIAIOSFODNN7EXAMPLE';
const OWN_KEY = 'ASIAOWNEXAMPLE000001';

const assumed = (more: RecordOverrides = {}): RecordOverrides => ({
  eventSource: 'sts.amazonaws.com',
  eventName: 'AssumeRole',
  responseElements: { credentials: { accessKeyId: NEW_KEY }, assumedRoleUser: { arn: SESSION } },
  ...more,
});
const aSession = (more: object = {}) => ({
  type: 'AssumedRole',
  arn: 'arn:aws:sts::111122223333:assumed-role/ci/build',
  accountId: '111122223333',
  accessKeyId: OWN_KEY,
  ...more,
});
const links = (...records: RecordOverrides[]) =>
  linksOf(records.map((record) => anEnrichedEvent(record))).map(
    ({ child, parent }) => `${child} -> ${parent}`,
  );

describe('links between identities', () => {
  it('lead from an issued key and session to the user who asked', () => {
    expect(links(assumed())).toEqual([
      `key:${NEW_KEY} -> ${ALICE_KEY}`,
      `key:${NEW_KEY} -> ${ALICE}`,
      `actor:${SESSION} -> ${ALICE}`,
    ]);
  });

  it('lead from a chained role to the key of the session before, not to its shared name', () => {
    expect(links(assumed({ userIdentity: aSession() }))).toEqual([
      `key:${NEW_KEY} -> key:${OWN_KEY}`,
      `actor:${SESSION} -> actor:arn:aws:sts::111122223333:assumed-role/ci/build`,
    ]);
  });

  it('lead to a federated login', () => {
    const userIdentity = { type: 'SAMLUser', identityProvider: 'idp', userName: 'eve@example.com' };
    expect(links(assumed({ eventName: 'AssumeRoleWithSAML', userIdentity }))).toEqual([
      `key:${NEW_KEY} -> actor:idp/eve@example.com`,
      `actor:${SESSION} -> actor:idp/eve@example.com`,
    ]);
  });

  it('lead to the source identity that a session was given, or has', () => {
    const given = assumed({ requestParameters: { sourceIdentity: 'alice@example.com' } });
    expect(links(given)).toContain(`key:${NEW_KEY} -> source:alice@example.com`);
    const has = { userIdentity: aSession({ sessionContext: { sourceIdentity: 'alice@example.com' } }) };
    expect(links(has)).toEqual([`key:${OWN_KEY} -> source:alice@example.com`]);
  });

  it('lead to the user of Identity Center for whom a session calls', () => {
    const store = 'arn:aws:identitystore::111122223333:identitystore/d-9067642ac7';
    const onBehalfOf = { userId: '544894e8-80c1-707f-60e3-3ba6510dfac1', identityStoreArn: store };
    const who = `actor:${store}/user/${onBehalfOf.userId}`;
    expect(links({ userIdentity: aSession({ onBehalfOf }) })).toEqual([`key:${OWN_KEY} -> ${who}`]);
    const signIn = {
      eventSource: 'signin.amazonaws.com',
      eventName: 'UserAuthentication',
      userIdentity: { type: 'IdentityCenterUser', accountId: '111122223333', onBehalfOf },
    };
    // Nothing to link: the sign-in is the user's own, under the very same name.
    expect(links(signIn)).toEqual([]);
    expect(identityKey(anEnrichedEvent(signIn).context.actor)).toBe(who);
    expect(links({ userIdentity: aSession({ onBehalfOf: { userId: '' } }) })).toEqual([]);
  });

  it('lead from a switched role in the console to the session before', () => {
    const record = {
      eventSource: 'signin.amazonaws.com',
      eventName: 'SwitchRole',
      userIdentity: { type: 'AssumedRole', arn: SESSION, accountId: '444455556666' },
      additionalEventData: { SwitchFrom: 'arn:aws:iam::111122223333:user/alice' },
    };
    expect(links(record)).toEqual([`actor:${SESSION} -> ${ALICE}`]);
    expect(links({ ...record, additionalEventData: { SwitchFrom: 'anybody' } })).toEqual([]);
  });

  it('lead from another account’s view of a call to who made it', () => {
    const theirs = anEnrichedEvent({
      eventID: 'e1',
      sharedEventID: 'shared-1',
      recipientAccountId: '444455556666',
      userIdentity: { type: 'AWSAccount', accountId: '111122223333', principalId: 'AIDAEXAMPLE' },
    });
    const ours = anEnrichedEvent({ eventID: 'e2', sharedEventID: 'shared-1' });
    expect(linksOf([theirs, ours]).map(({ child, parent, kind }) => [child, parent, kind])).toEqual([
      ['event:e1:444455556666', 'shared:shared-1', 'event'],
      ['shared:shared-1', ALICE_KEY, 'event'],
      ['shared:shared-1', ALICE, 'event'],
    ]);
    expect(links({ sharedEventID: 'shared-1', readOnly: true })).toEqual([]);
  });

  it.each<[string, RecordOverrides]>([
    [
      'an AWS service that assumes a role',
      assumed({ userIdentity: { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' } }),
    ],
    ['another account', assumed({ userIdentity: { type: 'AWSAccount', accountId: '999988887777' } })],
    ['a call that was refused', assumed({ responseElements: null, errorCode: 'AccessDenied' })],
    [
      'credentials of a service-linked role alone',
      assumed({
        responseElements: {
          credentials: { accessKeyId: 'not-a-key' },
          assumedRoleUser: { arn: 'arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForECS/x' },
        },
      }),
    ],
    ['a call to another service', { responseElements: { credentials: { accessKeyId: NEW_KEY } } }],
  ])('are none of %s', (_, record) => {
    expect(links(record)).toEqual([]);
  });

  it('come once for an event that two trails delivered, and not of an event without a time', () => {
    const event = anEnrichedEvent(assumed());
    expect(linksOf([event, event])).toHaveLength(3);
    expect(linksOf([{ ...event, complete: false }])).toEqual([]);
  });

  it('bound a name and keep two long ones apart', () => {
    const long = (tail: string) => assumed({ requestParameters: { sourceIdentity: 'x'.repeat(300) + tail } });
    const sources = linksOf([anEnrichedEvent(long('a')), anEnrichedEvent(long('b'))])
      .map(({ parent }) => parent)
      .filter((parent) => parent.startsWith('source:'));
    expect(sources.map((source) => source.length)).toEqual([256, 256]);
    expect(new Set(sources).size).toBe(2);
  });
});
