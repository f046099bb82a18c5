import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CloudTrail, createCloudTrail } from '../../emulators/aws/cloud-trail.ts';
import { type AwsEmulator, startAws } from '../../emulators/aws/start-aws.ts';
import { startTheHive, type TheHiveEmulator } from '../../emulators/thehive/start-the-hive.ts';
import { testRedis } from '../../helpers/redis.ts';
import {
  aFolder,
  buildCli,
  CANARIES,
  endsWhatRuns,
  leaksIn,
  put,
  type RunningCli,
  startCli,
} from './run-cli.ts';

const { url: redisUrl, prefix } = testRedis();
endsWhatRuns();
const main = buildCli();
// Each test starts processes, and other tests run beside this one.
vi.setConfig({ testTimeout: 90_000 });
const folder = aFolder({
  'rules/broken.yml': `title: Broken
id: 11111111-1111-4111-8111-111111111111
status: test
description: Broken.
logsource: { product: aws, service: cloudtrail }
detection:
  selection:
    eventName: StopLogging
  condition: selektion
level: high
`,
});
let aws: AwsEmulator;
let trail: CloudTrail;
let thehive: TheHiveEmulator;

beforeAll(async () => {
  [aws, thehive] = await Promise.all([startAws(), startTheHive()]);
  trail = await createCloudTrail(aws);
});
afterAll(async () => {
  await aws?.stop();
  await thehive?.stop();
});

function configure(name: string, more = ''): string {
  return put(
    folder,
    `${name}.yml`,
    `aws: { region: ${aws.region}, endpoint: "${aws.endpoint}" }
queues: [{ name: main, url: "${trail.queueUrl}", prefixes: [AWSLogs/] }]
redis: { url: "${redisUrl}", prefix: ${prefix}-${name} }
journal: { kind: disk, folder: journal-${name} }
thehive: { url: "${thehive.url}" }
webhook: { port: 0 }
ingest: { pollSeconds: 1, visibilitySeconds: 10 }
${more}`,
  );
}

const environment = (): Record<string, string> => ({
  ...CANARIES,
  // The emulator's key is a canary too: it must be used and never shown.
  TRAILHIVE_THEHIVE_KEY: thehive.apiKey,
});

function serve(config: string, ...args: string[]): RunningCli {
  return startCli(['serve', '-c', config, ...args], { main, environment: environment() });
}

async function stops(running: RunningCli): Promise<void> {
  running.child.kill('SIGTERM');
  const { code, out, err } = await running.ended;
  expect(code).toBe(0);
  expect(out).toBe('');
  expect(leaksIn(err)).toEqual([]);
  expect(err).not.toContain(thehive.apiKey);
}

describe('serve', () => {
  it('says where it listens, answers, and on SIGTERM ends with 0', async () => {
    const running = serve(configure('whole'));
    await running.said(/"msg":"trailhive runs"/);
    const [, url] = await running.said(/"url":"(http:[^"]+)","msg":"webhook listens"/);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('trailhive_process_cpu_seconds_total');
    await stops(running);
    expect(running.err()).toContain('"msg":"stopping; a second signal ends at once"');
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });

  it('refuses to start on an invalid rule, with file and line, and ends with 2', async () => {
    const { code, out, err } = await serve(configure('strict', 'rules: { folders: [rules] }\n')).ended;
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(`${join(folder, 'rules/broken.yml')}:9: `);
    expect(leaksIn(err)).toEqual([]);
  });

  it('with --skip-invalid starts without it and says so on every start, also where little is logged', async () => {
    const config = configure('skip', 'rules: { folders: [rules] }\nlog: { level: error }\n');
    for (const _start of [1, 2]) {
      const running = serve(config, '--role', 'webhook', '--skip-invalid');
      await running.said(/left out because it is invalid/);
      expect(running.err()).toContain(`${join(folder, 'rules/broken.yml')}:9: `);
      running.child.kill('SIGKILL');
      await running.ended;
    }
  });

  it('carries one object through three processes, one role each', async () => {
    const config = configure('apart', 'suppression: { profile: demo }\nlog: { level: debug }\n');
    const webhook = serve(config, '--role', 'webhook');
    const worker = serve(config, '--role', 'worker');
    const ingest = serve(config, '--role', 'ingest');
    const roles = [webhook, worker, ingest];
    await Promise.all(roles.map((role) => role.said(/"msg":"trailhive runs"/)));
    const [, url] = await webhook.said(/"url":"(http:[^"]+)","msg":"webhook listens"/);
    thehive.webhooks.endpoint(`${url}/webhook/thehive`, CANARIES.TRAILHIVE_WEBHOOK_SECRET);

    await trail.deliver({
      account: '111122223333',
      region: 'eu-west-1',
      records: [opened()],
      at: Date.now(),
    });
    const opening = () => thehive.state.alerts.find(({ type }) => type === 'ec2.security_group.opened');
    await vi.waitFor(() => expect(opening()?.caseId).toBeDefined(), { timeout: 40_000, interval: 50 });
    await vi.waitFor(
      async () => expect(await aws.counts(trail.queueUrl)).toEqual({ visible: 0, inFlight: 0 }),
      {
        timeout: 40_000,
        interval: 50,
      },
    );

    thehive.analyst.closeCase(String(opening()?.caseId), {
      status: 'FalsePositive',
      summary: 'A test machine.',
    });
    const told = () => thehive.state.comments.some(({ message }) => message.includes('suppression active'));
    await vi.waitFor(() => expect(told()).toBe(true), { timeout: 40_000, interval: 50 });

    await Promise.all(roles.map(stops));
    thehive.assertClean();
  });
});

describe('stopping while Redis is away', () => {
  it('waits, and at the second signal ends at once with 1', async () => {
    // @ts-expect-error plain JavaScript, so that it runs before any package is installed
    const { ownRedis } = await import('../../../scripts/redis.mjs');
    vi.stubEnv('REDIS_URL', undefined);
    const own = (await ownRedis()) as { url: string; stop: () => void };
    vi.unstubAllEnvs();
    const config = put(
      folder,
      'alone.yml',
      `redis: { url: "${own.url}" }\nthehive: { url: "${thehive.url}" }\nwebhook: { port: 0 }\njournal: { kind: disk, folder: journal-alone }\n`,
    );
    const running = serve(config);
    await running.said(/"msg":"trailhive runs"/);
    own.stop();
    await running.said(/redis connection failed/);
    running.child.kill('SIGTERM');
    await running.said(/"msg":"stopping;/);
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(1);
  });
});

/** A developer opens a port to the world in the sandbox: medium, so a case, and suppressible. */
function opened(): object {
  return {
    eventVersion: '1.11',
    eventID: 'c0ffee00-0000-4000-8000-000000000001',
    eventTime: new Date(Date.now() - 60_000).toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: 'ec2.amazonaws.com',
    eventName: 'AuthorizeSecurityGroupIngress',
    eventType: 'AwsApiCall',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '203.0.113.40',
    userAgent: 'aws-cli/2.31.4',
    readOnly: false,
    recipientAccountId: '111122223333',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLE',
      arn: 'arn:aws:iam::111122223333:user/dana',
      accountId: '111122223333',
      userName: 'dana',
    },
    requestParameters: {
      groupId: 'sg-1',
      ipPermissions: {
        items: [
          { ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } },
        ],
      },
    },
    responseElements: { _return: true },
  };
}
