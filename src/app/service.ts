/**
 * The live wiring: everything that the roles share, behind its ports. Nothing
 * runs until a role is started (ingest-role.ts, worker-role.ts).
 */
import { createWorkQueue } from '../adapters/bullmq/work-queue.ts';
import { createTheHiveDesk } from '../adapters/thehive/thehive-desk.ts';
import type { Config, Secrets } from '../config/schema.ts';
import type { Log, Metrics } from '../domain/ports.ts';
import type { Knowledge } from './knowledge.ts';
import { openAws, openJournal, openTheHive } from './outside.ts';
import { openPlaces } from './places.ts';
import { openStores } from './stores.ts';

export interface ServiceDeps {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly knowledge: Knowledge;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => number;
}

/** Opens everything that the roles share. Nothing runs until a role is started. */
export function openService(deps: ServiceDeps) {
  const { config, secrets, log, metrics, now } = deps;
  const stores = openStores(config, log, metrics);
  const places = openPlaces(config.places);
  const aws = openAws(config);
  const journal = openJournal(config, aws, deps);
  const client = openTheHive(config, secrets.theHiveKey, deps);
  const desk = createTheHiveDesk({
    client,
    templates: deps.knowledge.templates,
    deskTemplates: deps.knowledge.deskTemplates,
    statuses: config.thehive.statuses,
    now,
    metrics,
    log,
  });
  const queue = createWorkQueue({
    redisUrl: config.redis.url,
    redisCluster: config.redis.cluster,
    prefix: config.redis.prefix,
    log,
  });
  return {
    ...deps,
    stores,
    places,
    aws,
    journal,
    desk,
    queue,
    /** Closes what was opened, after the roles have stopped. */
    close: async () => {
      await Promise.allSettled([queue.close(), journal.close(), stores.close()]);
      client.close();
      aws.close();
    },
  };
}

export type Service = ReturnType<typeof openService>;

/** A part of the service that runs until it is stopped. */
export interface Role {
  /** Takes nothing new and waits for what runs, for a bounded time. */
  stop(): Promise<void>;
}
