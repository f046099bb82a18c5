import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENVELOPES } from '../emulators/aws/cloud-trail.ts';
import {
  cloudTrailEvent,
  inlineRecords,
  s3TestEvent,
  topicTestBySns,
  wrappedBySns,
} from '../emulators/aws/notify.ts';
import { type AStack, aStack, NOON } from '../helpers/a-stack.ts';
import { aRecord } from '../helpers/an-event.ts';

/** One user stops the trail: a message kind each, so that no alert is shared. */
const stops = (user: string, more: Readonly<Record<string, unknown>> = {}) =>
  aRecord({
    eventTime: '2026-11-20T11:55:00Z',
    userIdentity: {
      type: 'IAMUser',
      principalId: `AIDA${user.toUpperCase()}`,
      arn: `arn:aws:iam::111122223333:user/${user}`,
      accountId: '111122223333',
      userName: user,
    },
    ...more,
  });

describe('one message of every kind', () => {
  let stack: AStack;
  const kinds: Readonly<Record<string, (user: string) => Promise<unknown>>> = {
    ...Object.fromEntries(
      ENVELOPES.map((envelope) => [
        envelope,
        (user: string) => stack.deliver({ records: [stops(user)], envelope }),
      ]),
    ),
    'event-bridge-call': (user) => stack.send(cloudTrailEvent(stops(user), NOON)),
    'event-bridge-call-by-sns': (user) => stack.send(wrappedBySns(cloudTrailEvent(stops(user), NOON), NOON)),
    'event-bridge-service-event': (user) =>
      stack.send(cloudTrailEvent(stops(user, { eventType: 'AwsServiceEvent' }), NOON)),
    inline: (user) => stack.send(inlineRecords([stops(user)])),
    'inline-by-sns': (user) => stack.send(wrappedBySns(inlineRecords([stops(user)]), NOON)),
  };

  beforeAll(async () => {
    stack = await aStack({ config: { alerts: { latenessHours: 24 * 365 } } });
    for (const [kind, send] of Object.entries(kinds)) await send(kind);
    await stack.send(s3TestEvent('cloudtrail-logs', NOON));
    await stack.send(topicTestBySns(NOON));
    await stack.settle();
  });
  afterAll(() => stack.stop());

  it.each(Object.keys(kinds))('%s brings the alert, its observables and its case', (kind) => {
    const { alerts, cases, observables } = stack.hive.state;
    const arn = `arn:aws:iam::111122223333:user/${kind}`;
    const mine = alerts.filter(({ _id }) =>
      observables.some(({ parent, data }) => parent.id === _id && data === arn),
    );
    expect(mine).toHaveLength(1);
    const [alert] = mine;
    expect(alert).toMatchObject({ type: 'cloudtrail.trail.tampering', severity: 3, stage: 'Imported' });
    const own = cases.filter(({ _id }) => _id === alert?.caseId);
    expect(own).toMatchObject([{ severity: 3, status: 'New' }]);
    const data = observables.filter(({ parent }) => parent.id === own[0]?._id).map((each) => each.data);
    expect(data).toEqual(expect.arrayContaining([arn, '203.0.113.7', '111122223333']));
  });

  it('deletes every message, and the ledger names every batch as processed', async () => {
    expect(await stack.aws.counts(stack.trail.queueUrl)).toEqual({ visible: 0, inFlight: 0 });
    const ledger = await stack.ledger();
    expect(ledger).toHaveLength(Object.keys(kinds).length);
    expect(
      ledger.filter(
        ({ outcome, records, findings }) => outcome === 'processed' && records === 1 && findings === 1,
      ),
    ).toHaveLength(ledger.length);
    expect(ledger.filter(({ ref }) => ref.kind === 'object')).toHaveLength(ENVELOPES.length);
    expect(await stack.entries('dead-letter')).toEqual([]);
  });

  it('counts the test messages as skipped', async () => {
    expect(await stack.metric('skipped')).toBe(2);
    expect(await stack.metric('messages_taken_in')).toBe(Object.keys(kinds).length + 2);
  });
});
