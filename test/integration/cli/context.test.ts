import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseContext } from '../../../src/language/context.ts';
import { parseYaml } from '../../../src/language/yaml.ts';
import { withAccess } from '../../../src/pipeline/enrich/blast-radius/access.ts';
import { parseSnapshot } from '../../../src/pipeline/enrich/blast-radius/snapshot.ts';
import { type ManagementEmulator, startManagement } from '../../emulators/aws/management.ts';
import { aCompany } from '../../helpers/a-company.ts';
import { aRecord, type RecordOverrides } from '../../helpers/an-event.ts';
import { aFolder, put, runCli } from './run-cli.ts';

const log = (...records: readonly RecordOverrides[]) =>
  records.map((record, index) => JSON.stringify(aRecord({ eventID: `e-${index}`, ...record }))).join('\n');

const AMI = 'ami-00000000000000001';
const LAUNCH = {
  eventSource: 'ec2.amazonaws.com',
  eventName: 'RunInstances',
  requestParameters: { instanceType: 't3.micro', instancesSet: { items: [{ imageId: AMI }] } },
};

describe('trailhive context check', () => {
  it('tells errors with file and line, and ends with 1', async () => {
    const folder = aFolder({
      'accounts.yml': 'accounts:\n  - { id: "111122223333", name: a }\n  - { id: "111122223333", name: b }\n',
      'regions.yml': 'regions:\n  - regionz: [eu-west-1]\n',
    });
    const { code, out, err } = await runCli(['context', 'check', folder]);
    expect(code).toBe(1);
    expect(out.replaceAll(folder, '.').split('\n')).toEqual([
      'error  ./regions.yml:2: in "regions[0]": the key "regions" is missing. Add it.',
      'error  ./regions.yml:2: in "regions[0]": unknown key "regionz". Did you mean "regions"?',
      'error  ./accounts.yml:3: account "111122223333" is listed already at ./accounts.yml:2. Keep one of the two.',
      '',
    ]);
    expect(err).toContain('context check: 2 files, accounts 2; 3 errors');
  });

  it('tells what is listed and never seen in a log, which is no error', async () => {
    const folder = aFolder({
      'c.yml': `accounts:
  - { id: "111122223333", name: a }
  - { id: "999988887777", name: b }
principals:
  - arn: arn:aws:iam::111122223333:user/al*
  - arn: arn:aws:iam::111122223333:user/bob
networks:
  - { name: a, kind: vpn, cidrs: [203.0.113.0/24, 198.51.100.0/24] }
images:
  - id: ${AMI}
  - id: ami-00000000000000002
instanceTypes:
  - types: [t3.*, m5.*]
regions:
  - regions: [eu-west-1, eu-west-2]
assets:
  - arn: arn:aws:s3:::payroll
`,
      'log.ndjson': log({}, LAUNCH),
    });
    const { code, out, err } = await runCli([
      'context',
      'check',
      folder,
      '--log',
      join(folder, 'log.ndjson'),
    ]);
    expect(code).toBe(0);
    expect(out.replaceAll(folder, '.').trim().split('\n')).toEqual(
      [
        '3: account "999988887777"',
        '6: principal "arn:aws:iam::111122223333:user/bob"',
        '8: network "198.51.100.0/24"',
        '11: image "ami-00000000000000002"',
        '13: instance type "m5.*"',
        '15: region "eu-west-2"',
        '17: asset "arn:aws:s3:::payroll"',
      ].map((line) => `unseen ./c.yml:${line} does not occur in the log.`),
    );
    expect(err).toContain('0 errors, 7 never seen in 2 records');
  });

  it('says what to do about a folder that is not there', async () => {
    expect((await runCli(['context', 'check', '/nowhere'])).code).toBe(2);
  });
});

describe('trailhive context learn', () => {
  const people = Array.from({ length: 300 }, (_, index) => ({
    userIdentity: {
      type: 'IAMUser',
      arn: `arn:aws:iam::111122223333:user/u${index % 3}`,
      accountId: '111122223333',
      userName: `u${index % 3}`,
    },
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
    eventTime: `2026-11-${String(16 + (index % 5)).padStart(2, '0')}T${String(8 + (index % 9)).padStart(2, '0')}:10:00Z`,
    sessionCredentialFromConsole: 'true',
  }));
  const hostile = {
    ...LAUNCH,
    awsRegion: 'eu-west-9"\n- {x',
    userIdentity: {
      type: 'IAMUser',
      arn: 'arn:aws:iam::111122223333:user/a"\n  evil: [',
      accountId: '111122223333',
    },
  };
  const records = log(...people, LAUNCH, ...Array.from({ length: 9 }, () => hostile));

  it('proposes files that load as they stand, whatever an attacker wrote', async () => {
    const folder = aFolder({ 'log.ndjson': records });
    const out = join(folder, 'proposed');
    const { code, err } = await runCli(['context', 'learn', join(folder, 'log.ndjson'), '--out', out]);
    expect(code).toBe(0);
    expect(err).toContain('files proposed from 310 records; read them before use');
    const names = readdirSync(out).sort();
    expect(names).toEqual([
      'accounts.yml',
      'assets.yml',
      'images.yml',
      'instance-types.yml',
      'networks.yml',
      'principals.yml',
      'regions.yml',
      'working-hours.yml',
    ]);
    const texts = names.map((name) => ({ file: name, text: readFileSync(join(out, name), 'utf8') }));
    expect(parseContext(texts).problems).toEqual([]);
    const value = (name: string) =>
      parseYaml(readFileSync(join(out, name), 'utf8'), name).documents[0]?.value as Record<string, unknown[]>;
    expect(value('accounts.yml')['accounts']).toEqual([{ id: '111122223333', name: 'account-111122223333' }]);
    expect(value('images.yml')['images']).toEqual([{ id: AMI, allowed: true }]);
    expect(value('instance-types.yml')['instanceTypes']).toEqual([{ types: ['t3.micro'] }]);
    expect(value('networks.yml')['networks']).toEqual([
      { name: 'network-1', kind: 'other', cidrs: ['203.0.113.0/24'] },
    ]);
    expect(value('working-hours.yml')['workingHours']).toEqual([
      { timezone: 'UTC', days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '17:00' },
    ]);
    expect(value('regions.yml')['regions']).toEqual([{ regions: ['eu-west-1'] }]);
    expect(value('principals.yml')['principals']).toContainEqual({
      arn: 'arn:aws:iam::111122223333:user/u0',
      kind: 'person',
    });
  });

  it('never overwrites, and then writes nothing at all', async () => {
    const folder = aFolder({ 'log.ndjson': log(LAUNCH), 'out/images.yml': 'mine' });
    const { code, err } = await runCli([
      'context',
      'learn',
      join(folder, 'log.ndjson'),
      '--out',
      join(folder, 'out'),
    ]);
    expect(code).toBe(2);
    expect(err).toContain('has images.yml already. Name another folder with --out.');
    expect(readdirSync(join(folder, 'out'))).toEqual(['images.yml']);
    expect(readFileSync(join(folder, 'out/images.yml'), 'utf8')).toBe('mine');
  });

  it('prints documents that load together, from standard input too', async () => {
    const { code, out } = await runCli(['context', 'learn', '-'], { stdin: log(LAUNCH) });
    expect(code).toBe(0);
    expect(parseContext([{ file: 'all.yml', text: out }]).problems).toEqual([]);
    expect(parseYaml(out, 'all.yml').documents).toHaveLength(4);
  });

  it('refuses a log without records', async () => {
    expect((await runCli(['context', 'learn', '-'], { stdin: '' })).code).toBe(1);
  });
});

describe('pulling from AWS', () => {
  let aws: ManagementEmulator;
  beforeAll(async () => {
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
    process.env['AWS_ACCESS_KEY_ID'] = 'test';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
    const admin = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    aws = await startManagement({
      users: [{ name: 'alice', inline: [admin] }, { name: 'bob', groups: ['ops'] }, { name: 'carol' }],
      images: [
        { id: AMI, owner: '111122223333', name: 'golden "one"', region: 'eu-west-1' },
        { id: 'ami-00000000000000002', owner: '137112412989', alias: 'amazon', region: 'eu-west-1' },
        { id: 'ami-00000000000000003', owner: '444455556666', region: 'eu-west-1' },
        { id: 'ami-00000000000000004', owner: '444455556666', region: 'us-east-1' },
      ],
    });
  });
  afterAll(async () => {
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
    await aws.stop();
  });

  it('pull-iam writes all pages as one snapshot that says what each may do', async () => {
    const out = join(aFolder(), 'iam');
    const { code, out: said } = await runCli([
      'context',
      'pull-iam',
      '--out',
      out,
      '--endpoint',
      aws.endpoint,
    ]);
    expect(said).toBe(`${join(out, '111122223333.json')}  3 users and roles of 111122223333\n`);
    expect(code).toBe(0);
    expect(aws.calls.map(({ Action, Marker }) => [Action, Marker])).toEqual([
      ['GetAccountAuthorizationDetails', undefined],
      ['GetAccountAuthorizationDetails', '1'],
      ['GetAccountAuthorizationDetails', '2'],
    ]);
    const { snapshot, problems } = parseSnapshot(
      readFileSync(join(out, '111122223333.json'), 'utf8'),
      'iam.json',
    );
    expect(problems).toEqual([]);
    const company = withAccess(aCompany(), snapshot === undefined ? [] : [snapshot]);
    const level = (name: string) => company.reach(`arn:aws:iam::111122223333:user/${name}`)?.level;
    expect(['alice', 'bob', 'carol', 'dave'].map(level)).toEqual(['admin', 'none', 'none', undefined]);
    expect(snapshot?.principals.find(({ arn }) => arn.endsWith('/bob'))?.groups).toEqual([
      'arn:aws:iam::111122223333:group/ops',
    ]);
  });

  it('pull-iam keeps the old snapshot where AWS refuses, and says why', async () => {
    const out = aFolder({ '111122223333.json': 'old' });
    aws.refuse('AccessDenied');
    const { code, err } = await runCli(['context', 'pull-iam', '--out', out, '--endpoint', aws.endpoint]);
    aws.refuse(undefined);
    expect(code).toBe(1);
    expect(err).toContain('not authorised');
    expect(readdirSync(out)).toEqual(['111122223333.json']);
    expect(readFileSync(join(out, '111122223333.json'), 'utf8')).toBe('old');
  });

  it('pull-images asks where images are, page by page, and keeps what is gone', async () => {
    const folder = aFolder({
      'images.yml': `images:\n  - { id: ${AMI}, allowed: true }\n  - id: ami-00000000000000002\n  - id: ami-00000000000000009\n`,
      'accounts.yml': 'accounts: [{ id: "111122223333", name: shop }]\n',
    });
    const started = (imageId: string, awsRegion: string) => ({
      ...LAUNCH,
      awsRegion,
      requestParameters: { instancesSet: { items: [{ imageId }] } },
    });
    const records = log(
      started('ami-00000000000000003', 'eu-west-1'),
      started('ami-00000000000000004', 'us-east-1'),
    );
    const logFile = put(aFolder(), 'log.ndjson', records);
    const args = [
      'context',
      'pull-images',
      folder,
      '--log',
      logFile,
      '--region',
      'eu-west-1',
      '--endpoint',
      aws.endpoint,
    ];
    const { code, out } = await runCli(args);
    expect(out).toBe(`${join(folder, 'images-pulled.yml')}  4 of 5 images known to EC2\n`);
    expect(code).toBe(0);
    const { context, problems } = parseContext(
      ['images.yml', 'images-pulled.yml', 'accounts.yml'].map((file) => ({
        file,
        text: readFileSync(join(folder, file), 'utf8'),
      })),
    );
    expect(problems).toEqual([]);
    expect(context.image(AMI)).toEqual({ allowed: true, owner: '111122223333', own: true });
    expect(context.image('ami-00000000000000004')).toEqual({ owner: '444455556666', own: false });
    const before = readFileSync(join(folder, 'images-pulled.yml'), 'utf8');
    expect(before).toContain('    name: "golden \\"one\\""\n');
    await runCli(['context', 'pull-images', folder, '--region', 'us-east-1', '--endpoint', aws.endpoint]);
    expect(readFileSync(join(folder, 'images-pulled.yml'), 'utf8')).toBe(before);
  });

  it('pull-images does not touch a file that is not its own', async () => {
    const folder = aFolder({
      'images-pulled.yml': `images: [{ id: ${AMI} }]\n`,
      'regions.yml': 'regions: [{ regions: [eu-west-1] }]\n',
    });
    const { code, err } = await runCli(['context', 'pull-images', folder, '--endpoint', aws.endpoint]);
    expect(code).toBe(2);
    expect(err).toContain('was not written by trailhive');
    expect(readFileSync(join(folder, 'images-pulled.yml'), 'utf8')).toBe(`images: [{ id: ${AMI} }]\n`);
  });
});
