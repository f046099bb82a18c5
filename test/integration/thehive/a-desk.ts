import { join } from 'node:path';
import { createTheHiveClient, type TheHiveClient } from '../../../src/adapters/thehive/client.ts';
import { loadDeskTemplates } from '../../../src/adapters/thehive/load-templates.ts';
import { createTheHiveDesk, type TheHiveDeskDeps } from '../../../src/adapters/thehive/thehive-desk.ts';
import type { CaseDesk, Log, Metrics, NewsDesk } from '../../../src/domain/ports.ts';
import { createTemplates } from '../../../src/language/liquid.ts';
import type { TheHiveOptions } from '../../emulators/thehive/hive.ts';
import { startTheHive, type TheHiveEmulator } from '../../emulators/thehive/start-the-hive.ts';

export const TEMPLATES_FOLDER = join(import.meta.dirname, '../../../templates');

/** Counts by name and labels, `verdict_unmapped status=Weird`. */
export interface CountingMetrics extends Metrics {
  readonly counts: ReadonlyMap<string, number>;
}

export function countingMetrics(): CountingMetrics {
  const counts = new Map<string, number>();
  return {
    counts,
    count(name, labels = {}, by = 1) {
      const key = [name, ...Object.entries(labels).map(([label, value]) => `${label}=${value}`)].join(' ');
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    observe: () => undefined,
    gauge: () => undefined,
  };
}

/** Keeps every line as JSON text, to look for what must not be in it. */
export function keepingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}

/** A clock that waits in no time: waiting moves it. Server and client share it. */
export function fastClock(start = Date.UTC(2026, 2, 2, 12)): {
  now: () => number;
  wait: (ms: number) => Promise<void>;
  readonly waits: number[];
} {
  let time = start;
  const waits: number[] = [];
  return {
    waits,
    now: () => time,
    async wait(ms) {
      waits.push(ms);
      time += ms;
    },
  };
}

export interface DeskSetting {
  readonly hive: TheHiveEmulator;
  readonly client: TheHiveClient;
  readonly admin: TheHiveClient;
  readonly desk: CaseDesk & NewsDesk;
  readonly clock: ReturnType<typeof fastClock>;
  readonly metrics: CountingMetrics;
  readonly log: ReturnType<typeof keepingLog>;
  readonly deskDeps: TheHiveDeskDeps;
  /** Another process of trailhive at the same TheHive: it remembers nothing of the first. */
  anotherDesk(): CaseDesk & NewsDesk;
  /** Stops everything and throws if the emulator found anything wrong. */
  end(): Promise<void>;
}

/** An emulated TheHive whose index lags a second, and the real adapter in front of it over HTTP. */
export async function aDesk(
  options: TheHiveOptions & { readonly client?: Partial<Parameters<typeof createTheHiveClient>[0]> } = {},
): Promise<DeskSetting> {
  const { client: clientOptions, ...hiveOptions } = options;
  const clock = fastClock();
  const hive = await startTheHive({ now: clock.now, indexDelayMs: 1000, ...hiveOptions });
  const metrics = countingMetrics();
  const log = keepingLog();
  const clientFor = (key: string) =>
    createTheHiveClient({
      url: hive.url,
      key,
      now: clock.now,
      wait: clock.wait,
      random: () => 0,
      metrics,
      log,
      ...clientOptions,
    });
  const client = clientFor(hive.apiKey);
  const admin = clientFor(hive.adminKey);
  const templates = createTemplates();
  const loaded = await loadDeskTemplates(TEMPLATES_FOLDER, templates);
  if (loaded.problems.length > 0) throw new Error(JSON.stringify(loaded.problems));
  const deskDeps = { client, templates, deskTemplates: loaded.templates, now: clock.now, metrics, log };
  return {
    hive,
    client,
    admin,
    desk: createTheHiveDesk(deskDeps),
    clock,
    metrics,
    log,
    deskDeps,
    anotherDesk: () => createTheHiveDesk(deskDeps),
    async end() {
      client.close();
      admin.close();
      await hive.stop();
      hive.assertClean();
    },
  };
}
