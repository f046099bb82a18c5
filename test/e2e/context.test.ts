import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AStack, aStack, eventually, NOON } from '../helpers/a-stack.ts';
import { aRecord } from '../helpers/an-event.ts';
import { allow, snapshotText } from '../helpers/an-iam-snapshot.ts';

const folder = mkdtempSync(join(tmpdir(), 'trailhive-live-context-'));
const put = (name: string, text: string) => writeFileSync(join(folder, name), text);

/** A user opens a security group to the world, from an address of no interest: a finding of medium severity. */
const opens = (user: string) =>
  aRecord({
    eventID: `opens-${user}`,
    eventTime: new Date(NOON - 60_000).toISOString(),
    eventSource: 'ec2.amazonaws.com',
    eventName: 'AuthorizeSecurityGroupIngress',
    userIdentity: {
      type: 'IAMUser',
      arn: `arn:aws:iam::111122223333:user/${user}`,
      accountId: '111122223333',
      userName: user,
    },
    requestParameters: {
      groupId: `sg-${user}`,
      ipPermissions: {
        items: [
          { ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } },
        ],
      },
    },
  });

describe('context that changes while trailhive runs', () => {
  let stack: AStack;
  beforeAll(async () => {
    put('accounts.yml', 'accounts: [{ id: "111122223333", name: shop }]\n');
    stack = await aStack({ config: { context: { folder, iam: folder, reloadSeconds: 1 } } });
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const alertOf = (user: string) => {
    const found = stack.hive.state.alerts.filter(({ title }) => title.includes(user));
    expect(found).toHaveLength(1);
    return found[0];
  };

  it('scores by what is known, and shows each factor', async () => {
    await stack.deliver({ records: [opens('ann')] });
    await stack.settle();
    const alert = alertOf('ann');
    expect(alert?.severity).toBe(2);
    expect(alert?.description).toMatch(/\*\*Why 45:\*\* severity medium 45 × actor's reach not known 1 × /);
  });

  it('is used for what comes later, without a restart; what is broken is not', async () => {
    put('accounts.yml', 'accounts: [{ id: "111122223333", name: shop, criticality: critical }]\n');
    await eventually('a reload', async () => (await stack.metric('context_reloads')) === 1);
    put('111122223333.json', snapshotText({ users: { bea: { inline: [allow('*')] } } }));
    await eventually('a second reload', async () => (await stack.metric('context_reloads')) === 2);
    await stack.deliver({ records: [opens('bea')] });
    await stack.settle();
    const alert = alertOf('bea');
    // 45 × 1.25 × 1.4 = 78.75
    expect(alert?.severity).toBe(3);
    expect(alert?.description).toMatch(
      /\*\*Why 79:\*\* severity medium 45 × actor's reach admin 1\\\.25 \(the actor may do privilege-escalation, /,
    );
    expect(alert?.description).toContain('asset criticality critical 1\\.4 (account shop)');
    put('accounts.yml', 'accounts: [{ id: "111122223333" }]\n');
    await eventually('a refusal', async () => (await stack.metric('context_reload_failures')) > 0);
    expect(await stack.metric('context_stale')).toBe(1);
    expect(
      stack.warnings.filter((line) => line.includes('what was loaded before stays in use')),
    ).toHaveLength(1);
  });

  it('changes no fingerprint: the same event later is the same alert', async () => {
    await stack.deliver({ records: [opens('ann')] });
    await stack.settle();
    expect(alertOf('ann')?.sourceRef).toMatch(/^v1-/);
  });
});
