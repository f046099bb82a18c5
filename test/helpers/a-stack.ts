import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { inject } from 'vitest';
import { createMetrics } from '../../src/adapters/prometheus/metrics.ts';
import { installTheHive } from '../../src/app/install-thehive.ts';
import { loadKnowledge } from '../../src/app/knowledge.ts';
import { packageFolder } from '../../src/app/package-folder.ts';
import { openService, type Service } from '../../src/app/service.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { Config, Secrets } from '../../src/config/schema.ts';
import type { JournalEntry, LedgerLine } from '../../src/domain/journal.ts';
import { ROLES, type RoleName, type RunningService, startRoles } from '../../src/entry/worker/serve.ts';
import { type CloudTrail, createCloudTrail, type TrailObject } from '../emulators/aws/cloud-trail.ts';
import { type AwsEmulator, startAws } from '../emulators/aws/start-aws.ts';
import type { TheHiveOptions } from '../emulators/thehive/hive.ts';
import { startTheHive, type TheHiveEmulator } from '../emulators/thehive/start-the-hive.ts';
import type { EndpointOptions } from '../emulators/thehive/webhooks.ts';
import { aLog } from './a-log.ts';

export interface StackOptions {
  readonly thehive?: TheHiveOptions;
  /** Sections of `trailhive.yml`; each is laid over the helper's own. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** How TheHive tells of changes; false: not at all. */
  readonly webhooks?: EndpointOptions | false;
  /** What runs in this process; all roles if left out. */
  readonly roles?: readonly RoleName[];
}

/** What another process needs to run the same service: `test/e2e/service-process.ts`. */
export interface ServiceSettings {
  readonly config: string;
  readonly theHiveKey: string;
  readonly webhookSecret: string;
}

/** trailhive between an emulated AWS and an emulated TheHive, on the run's Redis under a prefix of its own. */
export interface AStack {
  readonly hive: TheHiveEmulator;
  readonly aws: AwsEmulator;
  readonly trail: CloudTrail;
  readonly settings: ServiceSettings;
  /** Looks into stores, queues and journal beside whatever runs; runs no role itself. */
  readonly observer: Service;
  /** What the service in this process has logged, warnings and above. */
  readonly warnings: readonly string[];
  deliver(object: Pick<TrailObject, 'records'> & Partial<TrailObject>): Promise<string>;
  /** Sends a message as it is. */
  send(body: string): Promise<void>;
  /** Resolves when nothing is left to do anywhere: queues, messages, deliveries, notifications. */
  settle(): Promise<void>;
  entries<K extends JournalEntry['kind']>(kind: K): Promise<Extract<JournalEntry, { kind: K }>[]>;
  /** The last line of every object. */
  ledger(): Promise<LedgerLine[]>;
  /** The sum of a counter over its labels, of the service in this process. */
  metric(name: string): Promise<number>;
  /** Stops the roles that run here, in order, and starts these (all if left out). */
  restart(roles?: readonly RoleName[]): Promise<void>;
  /** Loses everything that Redis holds under the prefix. */
  forgetRedis(): Promise<void>;
  /** Names of the jobs that come by the clock. */
  scheduled(): Promise<string[]>;
  /** As if so much time had passed that whatever a dead process held is free again. */
  outliveLocks(): Promise<void>;
  /** Stops everything, drops the keys, and throws if the emulated TheHive found anything wrong. */
  stop(): Promise<void>;
}

const DROP = "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end";

/** Between two looks; nothing to do in `QUIET_LOOKS` looks in a row: nothing comes any more. */
const LOOK_EVERY_MS = 50;
const QUIET_LOOKS = 3;
const STUCK_AFTER_MS = 25_000;

/** A fixed Friday noon: objects are delivered then unless they say otherwise. */
export const NOON = Date.UTC(2026, 10, 20, 12);

export async function aStack(options: StackOptions = {}): Promise<AStack> {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  const [hive, aws] = await Promise.all([startTheHive(options.thehive), startAws()]);
  const trail = await createCloudTrail(aws);
  const folder = mkdtempSync(join(tmpdir(), 'trailhive-e2e-'));
  const prefix = `e2e-${randomBytes(5).toString('hex')}`;
  const redisUrl = inject('redisUrl');
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const settings: ServiceSettings = {
    config: configText(options, { hive, aws, trail, redisUrl, prefix, journal: join(folder, 'journal') }),
    theHiveKey: hive.apiKey,
    webhookSecret: randomBytes(24).toString('hex'),
  };
  const config = parseConfig(settings.config, join(folder, 'trailhive.yml'));
  const secrets: Secrets = {
    theHiveKey: hive.apiKey,
    theHiveAdminKey: hive.adminKey,
    webhookSecret: settings.webhookSecret,
    playbookSecrets: new Map(),
  };
  const knowledge = await knowledgeFor(config);
  await installTheHive(config, secrets, knowledge);

  const log = aLog();
  const warnings: string[] = [];
  const warn = (fields: object, message: string) =>
    void warnings.push(`${message} ${JSON.stringify(fields)}`);
  let metrics = createMetrics();
  const deps = { config, secrets, knowledge, now: Date.now };
  const observer = openService({ ...deps, log, metrics });
  const start = async (roles: readonly RoleName[]): Promise<RunningService> => {
    metrics = createMetrics();
    const running = await startRoles(
      { ...deps, log: { ...log, warn, error: warn }, metrics, renderMetrics: metrics.render },
      roles,
    );
    if (running.webhookUrl !== undefined && options.webhooks !== false) {
      hive.webhooks.endpoint(
        `${running.webhookUrl}/webhook/thehive`,
        settings.webhookSecret,
        options.webhooks,
      );
    }
    return running;
  };
  let running = await start(options.roles ?? ROLES);

  // In one step: half of a job that is added meanwhile would stay else, which no loss of a Redis leaves.
  const drop = () => redis.eval(DROP, 0, `*${prefix}*`);
  const entries: AStack['entries'] = async (kind) => {
    const found: JournalEntry[] = [];
    for await (const entry of observer.journal.read(0)) if (entry.kind === kind) found.push(entry);
    return found as never;
  };
  return {
    hive,
    aws,
    trail,
    settings,
    observer,
    warnings,
    deliver: (object) => trail.deliver({ account: '111122223333', region: 'eu-west-1', at: NOON, ...object }),
    send: (body) => aws.send(trail.queueUrl, body),
    settle: () => settle({ hive, aws, trail, observer, warnings }),
    entries,
    async ledger() {
      const lines = (await entries('ledger')).map(({ line }) => [line.ref.id, line] as const);
      return [...new Map(lines).values()];
    },
    async metric(name) {
      const text = await metrics.render();
      const names = [`trailhive_${name}`, `trailhive_${name}_total`];
      const lines = text.split('\n').filter((line) => names.includes(line.split(/[{ ]/)[0] ?? ''));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    async restart(roles = ROLES) {
      await running.stop();
      running = await start(roles);
    },
    async forgetRedis() {
      await drop();
    },
    scheduled: async () => (await redis.zrange(`{${prefix}}:scheduled:repeat`, '0', '-1')).sort(),
    async outliveLocks() {
      await outliveLocks(redis, prefix);
    },
    async stop() {
      await running.stop();
      await observer.close();
      await Promise.all([hive.stop(), aws.stop()]);
      await drop();
      redis.disconnect();
      rmSync(folder, { recursive: true, force: true });
      hive.assertClean();
    },
  };
}

const loaded = new Map<string, ReturnType<typeof loadKnowledge>>();

/** Rules, playbooks and texts are read once for many stacks; they are the same files. */
function knowledgeFor(config: Config): ReturnType<typeof loadKnowledge> {
  const { rules, playbooks, context, templates } = config;
  const key = JSON.stringify([rules, playbooks, context, templates]);
  const known = loaded.get(key) ?? loadKnowledge(config, { skipInvalid: false, secrets: new Set() });
  loaded.set(key, known);
  return known;
}

function configText(
  { config = {} }: StackOptions,
  places: {
    readonly hive: TheHiveEmulator;
    readonly aws: AwsEmulator;
    readonly trail: CloudTrail;
    readonly redisUrl: string;
    readonly prefix: string;
    readonly journal: string;
  },
): string {
  const { hive, aws, trail } = places;
  const own: Readonly<Record<string, unknown>> = {
    aws: { region: aws.region, endpoint: aws.endpoint },
    redis: { url: places.redisUrl, prefix: places.prefix },
    journal: { kind: 'disk', folder: places.journal },
    context: { folder: packageFolder('deploy/demo/context') },
    thehive: { url: hive.url },
    webhook: { port: 0, requestsPerMinute: 100_000 },
    ingest: { pollSeconds: 1, visibilitySeconds: 10, retryDelayMs: 20 },
    suppression: { profile: 'demo' },
  };
  const names = [...new Set([...Object.keys(own), ...Object.keys(config)])];
  const sections = names.map((name) => [name, { ...(own[name] as object | undefined), ...config[name] }]);
  const queues = [{ name: 'trail', url: trail.queueUrl }];
  // JSON is YAML.
  return JSON.stringify({ ...Object.fromEntries(sections), queues });
}

async function settle({
  hive,
  aws,
  trail,
  observer,
  warnings,
}: Pick<AStack, 'hive' | 'aws' | 'trail' | 'observer' | 'warnings'>): Promise<void> {
  let moved = { state: '', at: Date.now() };
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    await sleep(LOOK_EVERY_MS);
    await hive.webhooks.idle();
    const { visible, inFlight } = await aws.counts(trail.queueUrl);
    const depths = await observer.queue.depths();
    const undelivered = await observer.stores.alerts.undelivered(10);
    const left = [visible, inFlight, undelivered.length, ...Object.values(depths)];
    quiet = left.every((count) => count === 0) ? quiet + 1 : 0;
    const state = JSON.stringify([visible, inFlight, depths, undelivered.length, hive.state.requests.length]);
    if (state !== moved.state) moved = { state, at: Date.now() };
    if (Date.now() - moved.at > STUCK_AFTER_MS)
      throw new Error(`Nothing moves: ${state}\n${warnings.slice(-10).join('\n')}`);
  }
}

/** Locks of BullMQ's jobs and trailhive's own; the next worker's look for stalled jobs finds what was active. */
async function outliveLocks(redis: Redis, prefix: string): Promise<void> {
  const locks = [
    ...(await redis.keys(`{${prefix}}:*:lock`)),
    ...(await redis.keys(`{${prefix}}:*:stalled-check`)),
    ...(await redis.keys(`${prefix}:{locks}:*`)),
  ];
  if (locks.length > 0) await redis.del(...locks);
  for (const active of await redis.keys(`{${prefix}}:*:active`)) {
    const jobs = await redis.lrange(active, 0, -1);
    if (jobs.length > 0) await redis.sadd(active.replace(/:active$/, ':stalled'), ...jobs);
  }
}

/** Looks until `found` says yes, for what no queue shows. */
export async function eventually(what: string, found: () => boolean | Promise<boolean>): Promise<void> {
  for (const until = Date.now() + STUCK_AFTER_MS; !(await found()); ) {
    if (Date.now() > until) throw new Error(`It never came: ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}
