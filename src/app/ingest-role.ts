import type { Config } from '../config/schema.ts';
import { messageOf } from '../domain/errors.ts';
import type { Log } from '../domain/ports.ts';
import { createIngest, type Ingest } from '../jobs/ingest.ts';
import { restore } from '../jobs/restore.ts';
import { openSources } from './outside.ts';
import { scheduleJobs } from './schedules.ts';
import type { Role, Service } from './service.ts';
import { correlateOptions, replaySpanMs } from './window-jobs.ts';

const HOUR_MS = 3_600_000;
/** A message waits for TheHive this long at most; then the journal takes over. SQS forgets it after twelve. */
const MAX_WAIT_MS = HOUR_MS;
/** The longest life that a suppression can have. */
const SUPPRESSION_LOOK_BACK_MS = 90 * 24 * HOUR_MS;

/** Role `ingest`: polls every queue and tends what was taken in. */
export function startIngest(service: Service): Role {
  const { config, stores, queue, journal, metrics, log, now } = service;
  const abort = new AbortController();
  const ready = async () => {
    const restored = await restore({
      ...stores,
      journal,
      queue,
      log,
      now,
      replayMs: replaySpanMs(service.knowledge.ruleSet.correlations, correlateOptions(config)),
      lookBackMs: SUPPRESSION_LOOK_BACK_MS,
    });
    if (restored !== undefined) await scheduleJobs(service);
  };
  const ingests = openSources(config, service.aws, service).map((source) =>
    createIngest({
      source,
      queue,
      receipts: stores.receipts,
      deadLetters: stores.deadLetters,
      journal,
      metrics,
      log,
      now,
      loadAlert: (fingerprint) => stores.alerts.read(fingerprint),
      ready,
      onIdle: (at) => stores.heartbeats.noteIdle(source.name, at),
      options: {
        maxBacklog: config.ingest.maxBacklog,
        messageAttempts: config.ingest.attempts,
        visibilitySeconds: config.ingest.visibilitySeconds,
        maxWaitMs: MAX_WAIT_MS,
      },
    }),
  );
  const running = ingests.map((ingest) => ingest.run(abort.signal));
  const tending = setInterval(() => void tendAll(ingests, log), tendEveryMs(config));
  return {
    stop: async () => {
      abort.abort();
      await Promise.all(running);
      clearInterval(tending);
      // What was settled while polling ended need not come back.
      await tendAll(ingests, log);
    },
  };
}

async function tendAll(ingests: readonly Ingest[], log: Log): Promise<void> {
  const outcomes = await Promise.allSettled(ingests.map((ingest) => ingest.tend()));
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      log.warn({ reason: messageOf(outcome.reason) }, 'tending messages failed');
  }
}

/** Several times per visibility, and often enough that a settled message is soon gone. */
function tendEveryMs(config: Config): number {
  return Math.min(2000, (config.ingest.visibilitySeconds * 1000) / 10);
}
