import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installTheHive } from '../../../app/install-thehive.ts';
import { loadKnowledge } from '../../../app/knowledge.ts';
import { openObservation } from '../../../app/observation.ts';
import { packageFolder } from '../../../app/package-folder.ts';
import { parseConfig } from '../../../config/load.ts';
import type { Secrets } from '../../../config/schema.ts';
import { TrailhiveError } from '../../../domain/errors.ts';
import { type RunningService, startRoles } from '../../worker/serve.ts';
import type { Emulators } from './emulators.ts';

export interface DemoStack extends RunningService {
  /** Waits until nothing is left to do, and reports how many records were processed meanwhile. */
  settle(onProgress: (records: number) => void): Promise<void>;
}

/** Between two looks at the queues. */
const LOOK_EVERY_MS = 100;
/** Nothing to do in so many looks in a row: nothing comes any more. */
const QUIET_LOOKS = 3;
const STUCK_AFTER_MS = 60_000;

/**
 * Starts trailhive, all roles in this process, against the emulators. It is the
 * service as it always runs, but for the profile that hides after one verdict.
 */
export async function startDemoStack(
  emulators: Emulators,
  options: { readonly redisUrl: string; readonly latenessHours: number; readonly logLevel: string },
): Promise<DemoStack> {
  const folder = mkdtempSync(join(tmpdir(), 'trailhive-demo-'));
  const config = parseConfig(configText(emulators, { ...options, folder }), join(folder, 'trailhive.yml'));
  const secrets: Secrets = {
    theHiveKey: emulators.thehive.apiKey,
    theHiveAdminKey: emulators.thehive.adminKey,
    webhookSecret: randomBytes(24).toString('hex'),
    playbookSecrets: new Map(),
  };
  const knowledge = await loadKnowledge(config, { skipInvalid: false, secrets: new Set() });
  await installTheHive(config, secrets, knowledge);
  const observation = openObservation(options.logLevel);
  const running = await startRoles({ ...observation, config, secrets, knowledge, now: Date.now }, [
    'ingest',
    'worker',
    'webhook',
  ]);
  await emulators.notify(`${running.webhookUrl}/webhook/thehive`, secrets.webhookSecret);
  return {
    ...running,
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    settle: (onProgress) => settle(running, emulators, onProgress),
  };
}

function configText(
  { thehive, aws }: Emulators,
  demo: { readonly redisUrl: string; readonly latenessHours: number; readonly folder: string },
): string {
  return `
aws: { region: ${aws.region}, endpoint: ${quoted(aws.endpoint)} }
queues: [{ name: demo, url: ${quoted(aws.queueUrl)} }]
redis: { url: ${quoted(demo.redisUrl)}, prefix: demo-${randomBytes(4).toString('hex')} }
journal: { kind: disk, folder: ${quoted(join(demo.folder, 'journal'))} }
context: { folder: ${quoted(packageFolder('deploy/demo/context'))} }
thehive: { url: ${quoted(thehive.url)} }
webhook: { port: 0 }
ingest: { pollSeconds: 1, visibilitySeconds: 10 }
alerts: { latenessHours: ${demo.latenessHours} }
suppression: { profile: demo }
`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

async function settle(
  { service }: RunningService,
  emulators: Emulators,
  onProgress: (records: number) => void,
): Promise<void> {
  let moved = { state: '', at: Date.now() };
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    await emulators.notified();
    const depths = await service.queue.depths();
    const waits = Object.values(depths).reduce((sum, depth) => sum + depth, 0);
    const messages = await emulators.messages();
    const undelivered = await service.stores.alerts.undelivered(1);
    quiet = waits + messages + undelivered.length === 0 ? quiet + 1 : 0;
    const { records } = await tally(service.journal);
    onProgress(records);
    const state = JSON.stringify([depths, messages, undelivered.length, records]);
    if (state !== moved.state) moved = { state, at: Date.now() };
    if (Date.now() - moved.at > STUCK_AFTER_MS) {
      const remedy = 'Run it again with TRAILHIVE_LOG=info to see why.';
      throw new TrailhiveError(
        'permanent',
        `Nothing moved for ${STUCK_AFTER_MS / 1000} s (${state}). ${remedy}`,
      );
    }
  }
}

export interface Tally {
  readonly records: number;
  readonly findings: number;
  readonly hidden: number;
}

/** Counts from the journal, where each batch, finding and hidden finding counts once however often it ran. */
export async function tally(journal: RunningService['service']['journal']): Promise<Tally> {
  const records = new Map<string, number>();
  const findings = new Set<string>();
  const hidden = new Set<string>();
  for await (const entry of journal.read(0)) {
    if (entry.kind === 'ledger') records.set(entry.line.ref.id, entry.line.records);
    if (entry.kind === 'finding') {
      findings.add(entry.finding.id);
      if (entry.hiddenBy !== undefined) hidden.add(entry.finding.id);
    }
  }
  const total = [...records.values()].reduce((sum, count) => sum + count, 0);
  return { records: total, findings: findings.size, hidden: hidden.size };
}
