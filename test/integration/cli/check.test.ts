import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AwsEmulator, startAws } from '../../emulators/aws/start-aws.ts';
import { startTheHive, type TheHiveEmulator } from '../../emulators/thehive/start-the-hive.ts';
import { testRedis } from '../../helpers/redis.ts';
import { aFolder, CANARIES, leaksIn, put, type Ran, runCli } from './run-cli.ts';

interface PrivateRedis {
  readonly url: string;
  readonly stop: () => void;
}

const shared = testRedis();
const folder = aFolder();
let aws: AwsEmulator;
let thehive: TheHiveEmulator;
let evicting: PrivateRedis;
let urls: Readonly<Record<'good' | 'hasty' | 'none', string>>;

beforeAll(async () => {
  // @ts-expect-error plain JavaScript, so that it runs before any package is installed
  const { ownRedis } = await import('../../../scripts/redis.mjs');
  vi.stubEnv('REDIS_URL', undefined);
  [aws, thehive, evicting] = await Promise.all([startAws(), startTheHive(), ownRedis() as PrivateRedis]);
  vi.unstubAllEnvs();
  const { Redis } = await import('ioredis');
  const redis = new Redis(evicting.url);
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  redis.disconnect();
  const good = await aws.createQueue('good', {
    visibilitySeconds: 120,
    dlq: { name: 'dead', maxReceiveCount: 20 },
  });
  const hasty = await aws.createQueue('hasty', {
    visibilitySeconds: 10,
    dlq: { name: 'dead-too', maxReceiveCount: 2 },
  });
  urls = { good: good.url, hasty: hasty.url, none: good.url.replace(/good$/, 'none') };
  await aws.createBucket('trail-logs');
  await aws.putObject('trail-logs', 'AWSLogs/a.json', '{"Records":[]}');
});

afterAll(async () => {
  evicting?.stop();
  await aws?.stop();
  await thehive?.stop();
});

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', CANARIES.AWS_ACCESS_KEY_ID);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', CANARIES.AWS_SECRET_ACCESS_KEY);
  return () => vi.unstubAllEnvs();
});

interface Places {
  readonly queue?: 'good' | 'hasty' | 'none';
  readonly bucket?: string;
  readonly redis?: string;
  readonly thehive?: string;
  readonly journal?: string;
}

function configure(places: Places = {}): string {
  const text = `
aws: { region: ${aws.region}, endpoint: "${aws.endpoint}" }
queues:
  - name: main
    url: ${urls[places.queue ?? 'good']}
    buckets: [${places.bucket ?? 'trail-logs'}]
    prefixes: [AWSLogs/]
redis: { url: "${places.redis ?? shared.url}" }
thehive: { url: "${places.thehive ?? thehive.url}" }
journal: { kind: disk, folder: "${places.journal ?? 'journal'}" }
`;
  return put(folder, 'trailhive.yml', text);
}

const keys = () => ({ ...CANARIES, TRAILHIVE_THEHIVE_KEY: thehive.apiKey });

async function check(places: Places = {}, environment: Record<string, string> = keys()): Promise<Ran> {
  const ran = await runCli(['check', '-c', configure(places)], { environment });
  expect(leaksIn(ran.out + ran.err)).toEqual([]);
  return ran;
}

/** The lines that fail, each with the remedy below it. */
function failures(out: string): string[] {
  return [...out.matchAll(/^fail (.*)\n(?: {5}→ (.*))?/gm)].map(([, what, remedy]) => `${what} → ${remedy}`);
}

describe('check', () => {
  it('says of everything that it is ok, and ends with 0', async () => {
    const environment = {
      ...CANARIES,
      TRAILHIVE_THEHIVE_KEY: thehive.apiKey,
      TRAILHIVE_THEHIVE_ADMIN_KEY: thehive.adminKey,
    };
    await runCli(['setup', 'thehive', '-c', configure()], { environment });

    const { code, out, err } = await check();

    expect(failures(out)).toEqual([]);
    expect(code).toBe(0);
    expect(err).toBe('');
    for (const line of [
      `ok   ${join(folder, 'trailhive.yml')} is valid`,
      'ok   Redis keeps all keys (noeviction)',
      'ok   queue main hides a received message for 120 s',
      'ok   queue main moves a message away after 20 receives',
      'ok   an object of bucket trail-logs can be read',
      `ok   the journal in ${join(folder, 'journal')} can be written`,
      'ok   TheHive 5.6.2',
      'ok   right manageAlert/create',
    ]) {
      expect(out.split('\n')).toContain(line);
    }
    expect(out.trimEnd().split('\n').at(-1)).toBe('check: everything is as it should be');
  });

  it('ends with 1 and tells each thing to mend: eviction, visibility, receives', async () => {
    const { code, out } = await check({ redis: evicting.url, queue: 'hasty' });
    expect(code).toBe(1);
    expect(failures(out)).toEqual([
      'Redis maxmemory-policy is allkeys-lru: under pressure it would drop queued work → CONFIG SET maxmemory-policy noeviction, and the same in redis.conf.',
      'queue main hides a received message for 10 s → set its visibility timeout to 60 s or more',
      'queue main moves a message away after 2 receives → set maxReceiveCount of its redrive policy to 5 or more, else SQS takes messages away before trailhive has tried them',
    ]);
    expect(out.trimEnd().split('\n').at(-1)).toBe('check: 3 to mend');
  });

  it('tells a queue and a bucket that are not there', async () => {
    const { code, out } = await check({ queue: 'none', bucket: 'no-such-bucket' });
    expect(code).toBe(1);
    expect(failures(out)).toEqual([
      'queue main cannot be read (QueueDoesNotExist) → mend its URL, region and endpoint in the configuration',
      'bucket no-such-bucket does not exist → mend its name in the configuration',
    ]);
  });

  it('tells a wrong key of TheHive, without showing it', async () => {
    const { code, out } = await check({}, { ...CANARIES });
    expect(code).toBe(1);
    const [failure, ...others] = failures(out);
    expect(others).toEqual([]);
    expect(failure).toContain('TheHive accepts the key → ');
    expect(failure).toContain('401');
    expect(failure).not.toContain('..');
  });

  it('looks at everything else where Redis does not answer', async () => {
    const { code, out } = await check({ redis: 'redis://127.0.0.1:9' });
    expect(code).toBe(1);
    const [failure, ...others] = failures(out);
    expect(others).toEqual([]);
    expect(failure).toMatch(/^Redis does not answer: .*→ Start Redis, or mend redis\.url\.$/);
    expect(out).toContain('ok   TheHive 5.6.2');
  });

  it('tells a journal that cannot be written', async () => {
    put(folder, 'a-file', 'x');
    const { code, out } = await check({ journal: 'a-file/journal' });
    expect(code).toBe(1);
    expect(failures(out).join()).toMatch(/^the journal in .* cannot be written: .*→ Make the folder/);
  });

  it('looks at the bucket of a journal in S3', async () => {
    const config = configure();
    const text = readFileSync(config, 'utf8').replace(
      /^journal: .*$/m,
      'journal: { kind: s3, bucket: no-journal }',
    );
    const file = put(folder, 's3-journal.yml', text);
    const { out } = await runCli(['check', '-c', file], { environment: keys() });
    expect(failures(out)).toEqual(['bucket no-journal does not exist → mend its name in the configuration']);
  });

  it('says where it looked when an address of AWS does not answer', async () => {
    const file = put(
      folder,
      'nowhere.yml',
      `aws: { region: eu-west-1, endpoint: "http://127.0.0.1:9" }
queues: [{ name: main, url: "http://127.0.0.1:9/000000000000/q" }]
redis: { url: "${shared.url}" }
thehive: { url: "${thehive.url}" }
`,
    );
    const { out } = await runCli(['check', '-c', file], { environment: keys() });
    expect(failures(out).join()).toMatch(/queue main cannot be read \(ECONNREFUSED\)/);
  });
});
