import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../src/domain/hash.ts';
import type { SuppressionState } from '../../src/domain/suppression.ts';
import { tellStory } from '../../src/entry/cli/demo/story.ts';
import { type AStack, aStack, eventually, NOON, type StackOptions } from '../helpers/a-stack.ts';
import { toldTwice } from './normal-form.ts';

const SANDBOX = '444455556666';
const PRODUCTION = '111122223333';
const DAY_MS = 86_400_000;
const RULE = '3f622553-239a-4edf-b3e0-c0b9dacc853c';

type Json = Readonly<Record<string, unknown>>;

let events = 0;

/** The story's developer opens a security group in the sandbox, once more. */
function opens({
  account = SANDBOX,
  person = 'dana@shop.example',
  role = 'developer',
  address = '203.0.113.40',
} = {}): Json {
  events += 1;
  const [record = {}] = tellStory(NOON).repeat.records;
  const identity = JSON.parse(
    JSON.stringify(record['userIdentity'])
      .replaceAll(SANDBOX, account)
      .replaceAll('dana@shop.example', person)
      .replaceAll('role/developer', `role/${role}`),
  ) as Json;
  return {
    ...record,
    // Nobody shares a session's key: it would join their incidents.
    userIdentity: {
      ...identity,
      accessKeyId: `ASIA${hashOf([account, role, person]).slice(0, 16).toUpperCase()}`,
    },
    recipientAccountId: account,
    sourceIPAddress: address,
    eventID: `opened-${events}`,
    eventTime: new Date(NOON - 3_600_000 + events * 1000).toISOString(),
  };
}

/** The alerts about opened security groups, by account, with the count that they show. */
function shown({ hive: { state } }: AStack): string[] {
  return state.alerts
    .map(({ type, customFields }) => {
      const field = (name: string) => customFields.find((each) => each.name === `trailhive-${name}`)?.value;
      return `${type} ${field('account')}: ${field('count')}`;
    })
    .sort();
}

async function bring(stack: AStack, record: Json): Promise<void> {
  await stack.deliver({ records: [record] });
  await stack.settle();
}

const states = async (stack: AStack) =>
  (await stack.observer.stores.suppressions.list()).map(({ state }) => state);

const MODES: readonly { readonly name: string; readonly options: StackOptions; readonly polls: boolean }[] = [
  { name: 'by webhook', options: {}, polls: false },
  {
    name: 'by webhook, each notification twice and without an id',
    options: { webhooks: { twice: true, emptyIds: true } },
    polls: false,
  },
  { name: 'by polling alone', options: { webhooks: false }, polls: true },
];

describe.each(MODES)('a verdict told $name', ({ options, polls }) => {
  let stack: AStack;
  let judged: { readonly _id: string; readonly number: number };
  /** Resolves when the state is known, by whichever way. */
  const known = async (state: SuppressionState) => {
    if (polls)
      await eventually(`a suppression that is ${state}`, async () => (await states(stack)).includes(state));
    await stack.settle();
  };

  beforeAll(async () => {
    stack = await aStack({ ...options, config: { alerts: { latenessHours: 1_000_000 } } });
    await bring(stack, opens());
    if (polls) await stack.observer.queue.schedule('poll-verdicts', 400);
    const [opened] = stack.hive.state.cases;
    if (opened === undefined) throw new Error('no case');
    judged = opened;
    stack.hive.analyst.closeCase(judged.number, { status: 'FalsePositive', summary: 'Test machine.' });
    await known('active');
  });
  afterAll(() => stack.stop());

  it('leaves a suppression with scope, reason and expiry, and says so in the case', async () => {
    const suppressions = await stack.observer.stores.suppressions.list();
    expect(suppressions).toHaveLength(1);
    const [suppression] = suppressions;
    expect(suppression).toMatchObject({
      state: 'active',
      reason: 'Test machine.',
      severity: 'medium',
      scope: {
        ruleId: RULE,
        account: SANDBOX,
        principal: `arn:aws:iam::${SANDBOX}:role/developer`,
        context: { network: '203.0.113.0/24', userAgent: 'browser' },
      },
      evidence: [{ subject: { kind: 'case', id: judged._id }, by: stack.hive.analyst.login }],
      hits: 0,
    });
    const lastsMs = (suppression?.expiresAt ?? 0) - Date.now();
    expect(lastsMs).toBeGreaterThan(13 * DAY_MS);
    expect(lastsMs).toBeLessThanOrEqual(14 * DAY_MS);
    const comments = stack.hive.state.comments.filter(({ parent }) => parent.id === judged._id);
    const said = comments.filter(({ message }) => message.includes('suppression active'));
    expect(said).toHaveLength(1);
    for (const part of [RULE, SANDBOX, 'role/developer', '203.0.113.0/24', '- Expires: 20', suppression?.id])
      expect(said[0]?.message).toContain(part);
    expect(await stack.entries('suppression')).toMatchObject([{ suppression: { state: 'active' } }]);
  });

  it('hides and counts the next equal finding, and shows nothing of it', async () => {
    const before = JSON.stringify([
      stack.hive.state.alerts,
      stack.hive.state.cases,
      stack.hive.state.comments,
    ]);
    await bring(stack, opens());

    expect(shown(stack)).toEqual([`ec2.security_group.opened ${SANDBOX}: 1`]);
    expect(JSON.stringify([stack.hive.state.alerts, stack.hive.state.cases, stack.hive.state.comments])).toBe(
      before,
    );
    const [suppression] = await stack.observer.stores.suppressions.list();
    expect(suppression?.hits).toBe(1);
    const findings = await stack.entries('finding');
    expect(findings.map(({ hiddenBy }) => hiddenBy)).toEqual([undefined, suppression?.id]);
    expect((await stack.ledger()).map(({ findings, hidden }) => [findings, hidden])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(await stack.metric('findings_hidden')).toBe(1);
  });

  it('does not hide another principal, network or account', async () => {
    const others = [{ role: 'administrator' }, { address: '198.51.100.9' }, { account: PRODUCTION }];
    for (const other of others) await stack.deliver({ records: [opens(other)] });
    await stack.settle();

    // Of another network it is the same alert, which says that there is more of it.
    expect(shown(stack)).toEqual([
      `ec2.security_group.opened ${PRODUCTION}: 1`,
      `ec2.security_group.opened ${SANDBOX}: 1`,
      `ec2.security_group.opened ${SANDBOX}: 2`,
    ]);
    expect(stack.hive.state.cases.filter(({ stage }) => stage === 'New')).toHaveLength(2);
    const after = stack.hive.state.comments.filter(({ message }) => message.includes('198.51.100.9'));
    expect(after.map(({ parent }) => parent)).toEqual([{ kind: 'case', id: judged._id }]);
    expect(await stack.metric('findings_hidden')).toBe(1);
  });

  it('is withdrawn when the case is opened again', async () => {
    stack.hive.analyst.reopenCase(judged.number);
    await known('revoked');
    expect(await states(stack)).toEqual(['revoked']);

    await bring(stack, opens());
    expect(shown(stack)).toContain(`ec2.security_group.opened ${SANDBOX}: 3`);
    expect(await stack.metric('findings_hidden')).toBe(1);
    const said = stack.hive.state.comments.filter(({ message }) => message.includes('suppression revoked'));
    expect(said.map(({ parent }) => parent.id)).toEqual([judged._id]);
    expect(toldTwice(stack.hive.state)).toEqual([]);
  });
});

describe('what one verdict does not hide', () => {
  it('with the defaults, anything: it is a proposal', async () => {
    const stack = await aStack({
      config: { alerts: { latenessHours: 1_000_000 }, suppression: { profile: 'default' } },
    });
    await bring(stack, opens());
    stack.hive.analyst.closeCase(1, { status: 'FalsePositive', summary: 'Test machine.' });
    await stack.settle();
    expect(await states(stack)).toEqual(['proposed']);
    expect(stack.hive.state.comments.filter(({ message }) => message.includes('proposed'))).toHaveLength(1);

    await bring(stack, opens());
    expect(shown(stack)).toEqual([`ec2.security_group.opened ${SANDBOX}: 2`]);
    expect(await stack.metric('findings_hidden')).toBe(0);
    await stack.stop();
  });

  it('a finding of high severity, whatever the profile', async () => {
    const publishes = (id: string): Json => ({
      ...opens(),
      eventID: id,
      eventSource: 's3.amazonaws.com',
      eventName: 'PutBucketAcl',
      requestParameters: { bucketName: 'sandbox-bucket', acl: '', 'x-amz-acl': 'public-read' },
      responseElements: null,
    });
    const stack = await aStack({ config: { alerts: { latenessHours: 1_000_000 } } });
    await bring(stack, publishes('public-1'));
    expect(shown(stack)).toEqual([`s3.bucket.public ${SANDBOX}: 1`]);
    stack.hive.analyst.closeCase(1, { status: 'FalsePositive', summary: 'A website.' });
    await stack.settle();
    expect(await states(stack)).toEqual([]);
    const said = stack.hive.state.comments.filter(({ message }) =>
      message.includes('nothing will be hidden'),
    );
    expect(said).toHaveLength(1);
    expect(said[0]?.message).toContain('severity high is never hidden');

    await bring(stack, publishes('public-2'));
    expect(shown(stack)).toEqual([`s3.bucket.public ${SANDBOX}: 2`]);
    await stack.stop();
  });
});
