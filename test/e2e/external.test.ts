import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardDutyEvent, securityHubEvent, wrappedBySns } from '../emulators/aws/notify.ts';
import { type AStack, aStack, NOON } from '../helpers/a-stack.ts';
import { aRecord } from '../helpers/an-event.ts';
import { aGuardDutyFinding, DETECTOR, inPascalCase } from '../helpers/guard-duty.ts';

const ACCOUNT = '111122223333';
const INSTANCE = 'i-0123456789abcdef0';

/** Somebody stops the trail; a key and session of its own for each, so that no two meet by themselves. */
const stops = (userIdentity: object) =>
  aRecord({ eventTime: '2026-11-20T11:55:00Z', userIdentity: { accountId: ACCOUNT, ...userIdentity } });

const user = (name: string, accessKeyId: string) => ({
  ...{ type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/${name}`, userName: name, accessKeyId },
});
const ofInstance = {
  type: 'AssumedRole',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/web/${INSTANCE}`,
  accessKeyId: 'ASIAWEBEXAMPLE000001',
  sessionContext: {
    sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${ACCOUNT}:role/web` },
    ec2RoleDelivery: '2.0',
  },
};

const aboutUser = (userName: string) =>
  aGuardDutyFinding({
    id: `by-principal-${userName}`,
    resource: {
      resourceType: 'AccessKey',
      accessKeyDetails: { userType: 'IAMUser', userName, accessKeyId: 'GeneratedKey' },
    },
  });
const aboutInstance = aGuardDutyFinding({
  id: 'by-resource',
  type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
  severity: 8,
  resource: { resourceType: 'Instance', instanceDetails: { instanceId: INSTANCE } },
  service: {
    ...{ eventLastSeen: '2026-11-20T11:58:00Z', archived: false, count: 1 },
    action: { actionType: 'DNS_REQUEST', dnsRequestAction: { domain: 'pool.example.com' } },
  },
});
const setting = {
  SchemaVersion: '2018-10-08',
  Id: `arn:aws:securityhub:eu-west-1:${ACCOUNT}:subscription/x/v/1/S3.1/finding/1`,
  ProductArn: 'arn:aws:securityhub:eu-west-1::product/aws/securityhub',
  ProductName: 'Security Hub',
  AwsAccountId: ACCOUNT,
  Region: 'eu-west-1',
  Types: ['Software and Configuration Checks/AWS Security Best Practices'],
  UpdatedAt: '2026-11-20T11:30:00Z',
  LastObservedAt: '2026-11-20T11:30:00Z',
  Severity: { Label: 'LOW' },
  Title: 'S3.1 Block public access should be on',
  Description: 'It is off.',
  Compliance: { Status: 'FAILED', SecurityControlId: 'S3.1' },
  Resources: [{ Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::nobody-touched-it' }],
  RecordState: 'ACTIVE',
  Workflow: { Status: 'NEW' },
};

describe('findings of GuardDuty and Security Hub', () => {
  let stack: AStack;
  const alertOf = (finding: string) => {
    const { alerts } = stack.hive.state;
    return alerts.filter(({ title }) => title.includes(finding));
  };
  /** The case of our own alert on what the user or session did. */
  const caseOf = (principal: string) => {
    const { alerts, observables } = stack.hive.state;
    return alerts.find(
      ({ _id, type }) =>
        type === 'cloudtrail.trail.tampering' &&
        observables.some(({ parent, data }) => parent.id === _id && data === principal),
    )?.caseId;
  };

  beforeAll(async () => {
    stack = await aStack({ config: { alerts: { latenessHours: 24 * 365 } } });
    // One comes before the alert that it joins, the others after.
    await stack.send(guardDutyEvent(aboutInstance, NOON));
    await stack.settle();
    await stack.deliver({
      records: [
        stops(user('alice', 'AKIAIOSFODNN7EXAMPLE')),
        stops(user('bob', 'AKIAI44QH8DHBEXAMPLE')),
        stops(ofInstance),
      ],
    });
    await stack.settle();
    const byKey = aGuardDutyFinding({
      id: 'by-key',
      title: 'By key',
      service: { eventLastSeen: '2026-11-20T11:50:00Z' },
    });
    await stack.send(guardDutyEvent(byKey, NOON));
    await stack.send(guardDutyEvent(aboutUser('bob'), NOON));
    await stack.send(
      wrappedBySns(securityHubEvent([setting, { ...setting, RecordState: 'ARCHIVED', Id: 'x' }], NOON), NOON),
    );
    await stack.settle();
  });
  afterAll(() => stack.stop());

  it('join the case of trailhive’s own alert by access key, by principal and by resource', () => {
    const [byKey] = alertOf('By key');
    const byPrincipal = alertOf('ListBuckets was invoked');
    const { alerts } = stack.hive.state;
    const byResource = alerts.filter(({ description }) => String(description).includes('BitcoinTool'));
    expect(byKey?.caseId).toBe(caseOf(`arn:aws:iam::${ACCOUNT}:user/alice`));
    expect(byPrincipal.map(({ caseId }) => caseId)).toContain(caseOf(`arn:aws:iam::${ACCOUNT}:user/bob`));
    expect(byResource.map(({ caseId }) => caseId)).toEqual([caseOf(`arn:aws:iam::${ACCOUNT}:role/web`)]);
    const joined = [byKey, ...byResource].map((alert) => alert?.caseId);
    expect(new Set(joined).size).toBe(2);
    expect(joined).not.toContain(undefined);
  });

  it('keep their own severity and type', () => {
    expect(alertOf('By key')).toMatchObject([{ type: 'external.guardduty', severity: 2 }]);
    const { alerts } = stack.hive.state;
    expect(alerts.filter(({ description }) => String(description).includes('BitcoinTool'))).toMatchObject([
      { type: 'external.guardduty', severity: 3 },
    ]);
    expect(alertOf('S3.1')).toMatchObject([{ type: 'external.securityhub', severity: 1 }]);
  });

  it('say who or what they are about, in words', () => {
    const of = (words: string) =>
      stack.hive.state.alerts
        .map(({ description }) => String(description))
        .find((text) => text.includes(words));
    expect(of('BitcoinTool')).toContain('**Who:** Nobody is named: it is about what it was found on');
    expect(of('IAMUser/TorIPCaller')).toContain('**Who:** The IAM user');
    expect(of('IAMUser/TorIPCaller')).toContain(
      'Finding arn:aws:guardduty:eu-west-1:111122223333:detector/d1',
    );
  });

  it('that are low and about nothing that we saw stay alerts', () => {
    expect(alertOf('S3.1').map(({ caseId }) => caseId ?? '')).toEqual(['']);
  });

  it('are one alert over updates, and by whichever product and spelling they come', async () => {
    const before = stack.hive.state.alerts.length;
    const update = aGuardDutyFinding({
      id: 'by-key',
      title: 'By key',
      updatedAt: '2026-11-20T11:59:00Z',
      severity: 8,
    });
    await stack.send(guardDutyEvent(inPascalCase(update) as Record<string, unknown>, NOON));
    const passedOn = {
      ...setting,
      ...{
        Id: `${DETECTOR}/finding/by-key`,
        ProductName: 'GuardDuty',
        Title: 'By key',
        UpdatedAt: '2026-11-20T11:59:30Z',
      },
      ...{ Types: ['TTPs/Initial Access/UnauthorizedAccess:IAMUser-TorIPCaller'], Compliance: undefined },
    };
    await stack.send(securityHubEvent([passedOn], NOON));
    await stack.settle();
    expect(stack.hive.state.alerts).toHaveLength(before);
    expect(alertOf('By key')).toMatchObject([{ severity: 3 }]);
  });

  it('are in the ledger like the rest, and nothing of them is a dead letter', async () => {
    expect(await stack.entries('dead-letter')).toEqual([]);
    const found = (await stack.entries('finding')).filter(({ finding }) => finding.kind === 'external');
    expect(new Set(found.map(({ finding }) => finding.fingerprint)).size).toBe(4);
    expect(await stack.aws.counts(stack.trail.queueUrl)).toEqual({ visible: 0, inFlight: 0 });
  });
});
