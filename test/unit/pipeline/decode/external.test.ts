import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExternalFinding } from '../../../../src/domain/external.ts';
import { createDecode } from '../../../../src/pipeline/decode/decode.ts';
import { severityOf } from '../../../../src/pipeline/decode/external/guard-duty.ts';
import { readExternal } from '../../../../src/pipeline/decode/external/read-external.ts';
import { aGuardDutyFinding, DETECTOR, inCamelCase, inPascalCase } from '../../../helpers/guard-duty.ts';

const DELIVERED = Date.UTC(2026, 10, 20, 12);

const read = (product: string, detail: unknown) => readExternal({ product, detail }, DELIVERED);
function findingOf(product: string, detail: unknown): ExternalFinding {
  const reading = read(product, detail);
  if (!('finding' in reading)) throw new Error(JSON.stringify(reading));
  return reading.finding;
}

const alice = {
  kind: 'user',
  principal: 'arn:aws:iam::111122223333:user/alice',
  name: 'alice',
  account: '111122223333',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  credential: 'permanent',
};

describe('a finding of GuardDuty', () => {
  it.each([
    ['as EventBridge writes it', aGuardDutyFinding({ id: 'f1' })],
    ['as its API writes it', inPascalCase(aGuardDutyFinding({ id: 'f1' }))],
  ])('is read whole, %s', (_name, detail) => {
    expect(findingOf('guardduty', detail)).toEqual({
      product: 'guardduty',
      foundBy: '',
      id: `${DETECTOR}/finding/f1`,
      type: 'UnauthorizedAccess:IAMUser/TorIPCaller',
      title: 'API ListBuckets was invoked from a Tor exit node.',
      description: 'API ListBuckets was invoked from the Tor exit node IP address 185.220.101.1.',
      severity: 'medium',
      ownSeverity: '5',
      account: '111122223333',
      region: 'eu-west-1',
      updatedAt: Date.UTC(2026, 10, 20, 11, 52),
      lastSeen: Date.UTC(2026, 10, 20, 11, 50),
      count: 3,
      action: 'ListBuckets',
      actors: [alice],
      resources: [],
      addresses: ['185.220.101.1'],
      domains: [],
    });
  });

  it.each([
    [0.1, 'informational'],
    [1, 'low'],
    [3.9, 'low'],
    [4, 'medium'],
    [6.9, 'medium'],
    [7, 'high'],
    [8.9, 'high'],
    [9, 'critical'],
    [10, 'critical'],
    [Number.NaN, 'medium'],
  ])('of severity %d is %s', (figure, severity) => {
    expect(severityOf(figure)).toBe(severity);
  });

  it.each<[string, object, object]>([
    [
      'a role session',
      {
        userType: 'AssumedRole',
        userName: 'deploy',
        principalId: 'AROA1:ci-42',
        accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      },
      {
        kind: 'role',
        principal: 'arn:aws:iam::111122223333:role/deploy',
        session: 'arn:aws:sts::111122223333:assumed-role/deploy/ci-42',
        accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
        credential: 'temporary',
      },
    ],
    [
      'root',
      { userType: 'Root', userName: 'Root', accessKeyId: '' },
      { kind: 'root', principal: 'root:111122223333' },
    ],
    ['a federated user', { userType: 'FederatedUser', userName: 'bob' }, { kind: 'federated', name: 'bob' }],
    ['a key alone', { accessKeyId: 'ASIAIOSFODNN7EXAMPLE' }, { kind: 'unknown', principal: '' }],
    [
      'a key alone, of a hidden name',
      { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
      { kind: 'unknown', principal: '' },
    ],
  ])('about %s names it as CloudTrail would', (_name, accessKeyDetails, actor) => {
    const detail = aGuardDutyFinding({ resource: { resourceType: 'AccessKey', accessKeyDetails } });
    expect(findingOf('guardduty', detail).actors).toMatchObject([actor]);
  });

  it('names what it is about, and the other side, wherever its kind puts them', () => {
    const detail = aGuardDutyFinding({
      resource: {
        instanceDetails: { instanceId: 'i-0123456789abcdef0' },
        s3BucketDetails: [{ arn: 'arn:aws:s3:::crown-jewels' }],
        lambdaDetails: { functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:f' },
      },
      service: {
        action: {
          actionType: 'DNS_REQUEST',
          dnsRequestAction: { domain: 'c2.example.com' },
          portProbeAction: { portProbeDetails: [{ remoteIpDetails: { ipAddressV4: '198.51.100.9' } }] },
        },
        detection: {
          sequence: {
            actors: [{ user: { name: 'bob', type: 'IAMUser', credentialUid: 'AKIAI44QH8DHBEXAMPLE' } }],
            resources: [{ uid: 'arn:aws:iam::111122223333:role/x' }],
            endpoints: [{ ip: '203.0.113.9' }],
          },
        },
      },
    });
    expect(findingOf('guardduty', detail)).toMatchObject({
      action: 'DNS_REQUEST',
      actors: [{ principal: 'arn:aws:iam::111122223333:user/bob', accessKeyId: 'AKIAI44QH8DHBEXAMPLE' }],
      resources: [
        'i-0123456789abcdef0',
        'arn:aws:lambda:eu-west-1:111122223333:function:f',
        'arn:aws:s3:::crown-jewels',
        'arn:aws:iam::111122223333:role/x',
      ],
      addresses: ['198.51.100.9', '203.0.113.9'],
      domains: ['c2.example.com'],
    });
  });

  it('is passed over when it is archived', () => {
    expect(read('guardduty', aGuardDutyFinding({ service: { archived: true } }))).toEqual({ settled: true });
    expect(read('guardduty', inPascalCase(aGuardDutyFinding({ service: { archived: 'true' } })))).toEqual({
      settled: true,
    });
  });

  it('moves no clock into the future', () => {
    const detail = aGuardDutyFinding({
      updatedAt: '2099-01-01T00:00:00Z',
      service: { eventLastSeen: 'soon' },
    });
    expect(findingOf('guardduty', detail)).toMatchObject({ updatedAt: DELIVERED, lastSeen: DELIVERED });
  });
});

const CONTROL = {
  SchemaVersion: '2018-10-08',
  Id: 'arn:aws:securityhub:eu-west-1:111122223333:subscription/x/v/1/IAM.5/finding/635c',
  ProductArn: 'arn:aws:securityhub:eu-west-1::product/aws/securityhub',
  ProductName: 'Security Hub',
  AwsAccountId: '111122223333',
  Region: 'eu-west-1',
  Types: ['Software and Configuration Checks/AWS Security Best Practices'],
  UpdatedAt: '2026-11-20T11:45:28.802Z',
  LastObservedAt: '2026-11-20T11:45:30.638Z',
  Severity: { Label: 'HIGH', Normalized: 40 },
  Title: 'IAM.5 MFA should be enabled',
  Description: 'All users need MFA.',
  Compliance: { Status: 'FAILED', SecurityControlId: 'IAM.5' },
  Resources: [
    { Type: 'AwsIamUser', Id: 'arn:aws:iam::111122223333:user/dev/alice' },
    { Type: 'AwsAccount', Id: 'AWS::::Account:111122223333' },
    { Type: 'AwsEc2Instance', Id: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0' },
  ],
  RecordState: 'ACTIVE',
  Workflow: { Status: 'NEW' },
};

describe('a finding of Security Hub', () => {
  it.each([
    ['as AWS writes it', CONTROL],
    ['in the other case', inCamelCase(CONTROL)],
  ])('is read whole, %s', (_name, detail) => {
    expect(findingOf('securityhub', detail)).toEqual({
      product: 'securityhub',
      foundBy: 'Security Hub',
      id: CONTROL.Id,
      type: 'IAM.5',
      title: CONTROL.Title,
      description: CONTROL.Description,
      severity: 'high',
      ownSeverity: 'HIGH',
      account: '111122223333',
      region: 'eu-west-1',
      updatedAt: Date.UTC(2026, 10, 20, 11, 45, 28, 802),
      lastSeen: Date.UTC(2026, 10, 20, 11, 45, 30, 638),
      count: 1,
      action: '',
      actors: [
        {
          kind: 'user',
          principal: 'arn:aws:iam::111122223333:user/dev/alice',
          name: 'alice',
          account: '111122223333',
        },
      ],
      resources: ['arn:aws:iam::111122223333:user/dev/alice', CONTROL.Resources[2]?.Id],
      addresses: [],
      domains: [],
    });
  });

  it.each<[unknown, string]>([
    [{ Label: 'CRITICAL' }, 'critical'],
    [{ Label: 'INFORMATIONAL', Normalized: 90 }, 'informational'],
    [{ Normalized: 100 }, 'critical'],
    [{ Normalized: 70, Product: 8 }, 'high'],
    [{ Normalized: 40 }, 'medium'],
    [{ Normalized: 39 }, 'low'],
    [{ Normalized: 0 }, 'informational'],
    [{}, 'medium'],
    ['HIGH', 'medium'],
    [undefined, 'medium'],
  ])('of severity %j is %s', (Severity, severity) => {
    expect(findingOf('securityhub', { ...CONTROL, Severity }).severity).toBe(severity);
  });

  it.each([
    { RecordState: 'ARCHIVED' },
    { Workflow: { Status: 'RESOLVED' } },
    { Workflow: { Status: 'SUPPRESSED' } },
    { Compliance: { Status: 'PASSED' } },
  ])('is passed over where it asks for nobody: %j', (change) => {
    expect(read('securityhub', { ...CONTROL, ...change })).toEqual({ settled: true });
  });

  it('is GuardDuty’s own where Security Hub passes one on', () => {
    const own = findingOf('guardduty', aGuardDutyFinding({ id: 'f1' }));
    const passedOn = findingOf('securityhub', {
      ...CONTROL,
      Id: `${DETECTOR}/finding/f1`,
      ProductName: 'GuardDuty',
      Types: ['TTPs/Discovery/Recon:IAMUser-UserPermissions'],
      Compliance: undefined,
    });
    expect([passedOn.product, passedOn.id]).toEqual([own.product, own.id]);
    expect(passedOn.type).toBe('Recon:IAMUser/UserPermissions');
  });
});

describe('what is no finding', () => {
  it.each([
    ['guardduty', {}],
    ['guardduty', { id: 'x' }],
    ['guardduty', []],
    ['guardduty', 'text'],
    ['guardduty', null],
    ['securityhub', { Title: 'x' }],
    ['inspector', { id: 'x', type: 'y' }],
    ['__proto__', { id: 'x', type: 'y' }],
  ])('of %s is told: %j', (product, detail) => {
    expect(read(product, detail)).toHaveProperty('problem');
  });

  it('never throws, and what it reads is bounded, whatever stands there', () => {
    const anything = fc.object({
      maxDepth: 4,
      key: fc.constantFrom('id', 'type', 'service', 'resource', 'arn', 'action'),
    });
    fc.assert(
      fc.property(anything, fc.constantFrom('guardduty', 'securityhub'), (detail, product) => {
        const reading = read(product, { id: 'x', type: 'y', ...detail, title: 'x'.repeat(10_000) });
        if ('finding' in reading) expect(reading.finding.title.length).toBeLessThanOrEqual(512);
      }),
    );
  });

  it('in a batch is set aside alone; in an object there are no findings of others', async () => {
    const body = JSON.stringify({
      Findings: [
        { product: 'guardduty', detail: aGuardDutyFinding() },
        { product: 'guardduty', detail: {} },
      ],
    });
    const bytes = new TextEncoder().encode(body);
    const ref = { kind: 'inline', id: 'r', queue: 'q', body, deliveredAt: DELIVERED } as const;
    const decoded = await createDecode()({ ref, bytes });
    expect(decoded).toMatchObject({
      events: [],
      external: [{ type: 'UnauthorizedAccess:IAMUser/TorIPCaller' }],
      setAside: [{ index: 1, reason: 'finding has no id or no type' }],
      records: 2,
    });
    const object = {
      kind: 'object',
      id: 'r',
      queue: 'q',
      bucket: 'b',
      key: 'k',
      deliveredAt: DELIVERED,
    } as const;
    await expect(createDecode()({ ref: object, bytes })).rejects.toThrow('object has no "Records"');
  });
});

const folder = join(import.meta.dirname, '../../../../../shared/data/cloudtrail');

describe.skipIf(!existsSync(folder))('findings from real accounts', () => {
  const files = existsSync(folder)
    ? readdirSync(folder).filter((name) => /guardduty|securityhub/.test(name))
    : [];
  const lines = (file: string) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line));

  it.each(files)('of %s are all read or settled, and say what they are', (file) => {
    const product = file.includes('guardduty') ? 'guardduty' : 'securityhub';
    const readings = lines(file).map((detail) => read(product, detail));
    expect(readings.filter((reading) => 'problem' in reading)).toEqual([]);
    for (const reading of readings) {
      if (!('finding' in reading)) continue;
      expect(reading.finding.type).not.toBe('');
      expect(reading.finding.title).not.toBe('');
      expect(reading.finding.account).toMatch(/^(\d{12})?$/);
    }
  });

  it('are 10 of GuardDuty and 170 of Security Hub', () => {
    const count = (product: string) => files.filter((file) => file.includes(product)).flatMap(lines).length;
    expect([count('guardduty'), count('securityhub')]).toEqual([10, 170]);
  });

  it('are read alike in either case of their keys', () => {
    for (const file of files) {
      const product = file.includes('guardduty') ? 'guardduty' : 'securityhub';
      for (const detail of lines(file)) {
        const turned = product === 'guardduty' ? inPascalCase(detail) : inCamelCase(detail);
        const { actors, resources, ...rest } = {
          ...{ actors: [], resources: [] },
          ...asFinding(read(product, turned)),
        };
        const {
          actors: own,
          resources: ownResources,
          ...others
        } = {
          ...{ actors: [], resources: [] },
          ...asFinding(read(product, detail)),
        };
        expect(rest).toEqual(others);
        expect([actors, resources]).toEqual([own, ownResources]);
      }
    }
  });
});

function asFinding(reading: ReturnType<typeof read>): Partial<ExternalFinding> {
  return 'finding' in reading ? reading.finding : {};
}
