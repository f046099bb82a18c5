import { type JobHandlers, startWorkers } from '../adapters/bullmq/workers.ts';
import { createHttpClient } from '../adapters/http/client.ts';
import type { Batch, BatchRef } from '../domain/batch.ts';
import { messageOf } from '../domain/errors.ts';
import { createCheckHeartbeats } from '../jobs/check-heartbeats.ts';
import { createDeliverAlert } from '../jobs/deliver-alert.ts';
import { createDetectBatch } from '../jobs/detect-batch.ts';
import { createPollVerdicts, createPromoteSuppressions, createReadVerdict } from '../jobs/read-verdict.ts';
import { createRunPlaybookJob } from '../jobs/run-playbook.ts';
import { createTendDeliveries } from '../jobs/tend-deliveries.ts';
import { createAdopt } from '../pipeline/adopt/adopt.ts';
import { createBaselines } from '../pipeline/correlate/baseline.ts';
import { createCorrelate } from '../pipeline/correlate/correlate.ts';
import { createHeartbeats } from '../pipeline/correlate/heartbeat.ts';
import { createFindSilences } from '../pipeline/correlate/heartbeat-silences.ts';
import { BASELINE_NOVELTY, createNovelty } from '../pipeline/correlate/novelty.ts';
import { createDecode } from '../pipeline/decode/decode.ts';
import { createDedupe } from '../pipeline/dedupe/dedupe.ts';
import { createDetect } from '../pipeline/detect/detect.ts';
import { evidenceOf } from '../pipeline/detect/evidence.ts';
import { createEnrich } from '../pipeline/enrich/enrich.ts';
import { createGroup } from '../pipeline/group/group.ts';
import { raiseFindings, runPipeline, type Stages } from '../pipeline/pipeline.ts';
import { createScore } from '../pipeline/score/score.ts';
import { suppressionProfiles } from '../pipeline/suppress/profiles.ts';
import { createSuppress } from '../pipeline/suppress/suppress.ts';
import { choosePlaybooks } from '../playbook/choose.ts';
import { actions } from '../playbook/registry.ts';
import { createRunPlaybook } from '../playbook/run.ts';
import { openReader } from './outside.ts';
import { scheduleJobs } from './schedules.ts';
import type { Role, Service } from './service.ts';
import { watchCompany } from './watch-company.ts';
import { closeWindowsJob, correlateOptions, snapshotJob } from './window-jobs.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** TheHive's index lags, and clocks differ. */
const POLL_OVERLAP_MS = MINUTE_MS;
const FIRST_POLL_LOOK_BACK_MS = DAY_MS;
/** With five minutes between two tries at most: eight hours of an outage. */
const MAX_PASSING_FAILURES = 100;

/** Role `worker`: does the queued work, and the jobs that come by the clock. */
export async function startWorker(service: Service): Promise<Role> {
  const { config, metrics, log } = service;
  // A file of the user's own that cannot be read stops the start; what comes along waits until it is asked for.
  if (Object.keys(config.places).length > 0) service.places.load();
  let work = workOf(service);
  const workers = await startWorkers({
    redisUrl: config.redis.url,
    redisCluster: config.redis.cluster,
    prefix: config.redis.prefix,
    handlers: delegating(() => work.handlers),
    concurrency: {
      'detect-batch': config.workers.batches,
      'deliver-alert': config.workers.deliveries,
      'run-playbook': config.workers.playbooks,
      'read-verdict': 1,
    },
    attempts: {
      'detect-batch': { input: config.ingest.attempts, retryable: MAX_PASSING_FAILURES },
      'run-playbook': { input: 1, retryable: MAX_PASSING_FAILURES },
      // What is not read now, polling finds again.
      'read-verdict': { input: 1, retryable: 20 },
    },
    backoff: { baseMs: config.ingest.retryDelayMs, capMs: 5 * MINUTE_MS, askedCapMs: 15 * MINUTE_MS },
    onGaveUp: async (job) => {
      if (job.queue === 'detect-batch') {
        await work.giveUp(job.data as BatchRef, job.error, job.attempts);
        return;
      }
      metrics.count('jobs_given_up', { queue: job.queue });
      log.error({ queue: job.queue, data: job.data, reason: messageOf(job.error) }, 'a job was given up');
    },
    log,
  });
  await scheduleJobs(service);
  // What runs goes on with the company that it began with.
  const watching = watchCompany(service, (knowledge) => {
    work = workOf({ ...service, knowledge });
  });
  return {
    stop: async () => {
      watching.stop();
      await workers.close();
    },
  };
}

type AllHandlers = Required<JobHandlers>;

/** Everything that rests on rules and company: made anew where these change. */
function workOf(service: Service) {
  const { config, stores } = service;
  const stages = stagesOf(service);
  const detectBatch = createDetectBatch({
    ...service,
    reader: openReader(config, service.aws),
    runPipeline: (batch: Batch, at: number) => runPipeline(stages, batch, at),
    receipts: stores.receipts,
    deadLetters: stores.deadLetters,
  });
  const handlers: AllHandlers = { 'detect-batch': detectBatch.run, ...handlersOf(service, stages) };
  return { handlers, giveUp: detectBatch.giveUp };
}

/** Asks for the handlers at every job. */
function delegating(current: () => AllHandlers): JobHandlers {
  const names = Object.keys(current().scheduled);
  return {
    'detect-batch': (...job) => current()['detect-batch'](...job),
    'deliver-alert': (...job) => current()['deliver-alert'](...job),
    'run-playbook': (...job) => current()['run-playbook'](...job),
    'read-verdict': (...job) => current()['read-verdict'](...job),
    scheduled: Object.fromEntries(
      names.map((name) => [name, async () => await current().scheduled[name]?.()]),
    ),
  };
}

function stagesOf({ config, knowledge, places, stores, metrics, log }: Service): Stages {
  const { ruleSet, company } = knowledge;
  const watchSilence = createHeartbeats(ruleSet.heartbeats ?? [], { store: stores.heartbeats, metrics, log });
  const watchNew = createBaselines(ruleSet.baselines ?? [], {
    store: stores.baselines,
    evidenceOf: (event) => evidenceOf(event, company, BASELINE_NOVELTY),
    latenessMs: config.alerts.latenessHours * HOUR_MS,
    metrics,
    log,
  });
  return {
    decode: createDecode({
      maxCompressedBytes: config.limits.maxObjectBytes,
      maxInflatedBytes: config.limits.maxInflatedBytes,
      maxRecords: config.limits.maxRecords,
      maxRecordChars: config.limits.maxRecordCharacters,
    }),
    enrich: createEnrich(company, places),
    adopt: createAdopt(company),
    novelty: createNovelty({
      store: stores.baselines,
      latenessMs: config.alerts.latenessHours * HOUR_MS,
    }),
    detect: createDetect(ruleSet, company),
    correlate: createCorrelate(ruleSet, stores.windows, correlateOptions(config)),
    watch: async (events, ref) => [...(await watchNew(events, ref)), ...(await watchSilence(events, ref))],
    suppress: createSuppress(stores.suppressions, { metrics, log }),
    dedupe: createDedupe(stores.alerts, createScore(config.score)),
    group: createGroup(stores.incidents, stores.alerts, config.alerts.incidentGapHours * HOUR_MS, {
      store: stores.lineage,
      metrics,
      log,
    }),
  };
}

function handlersOf(service: Service, stages: Stages): Omit<AllHandlers, 'detect-batch'> {
  const { config, secrets, knowledge, stores, desk, queue, journal, metrics, log, now } = service;
  const profile = suppressionProfiles[config.suppression.profile];
  const deliverAlert = createDeliverAlert({
    ...stores,
    desk,
    queue,
    journal: { append: journal.append, now },
    metrics,
    log,
    options: { caseSeverity: config.alerts.caseSeverity },
    playbooksFor: (alert) => choosePlaybooks(knowledge.playbooks, alert),
  });
  const runPlaybook = createRunPlaybookJob({
    playbooks: knowledge.playbooks,
    alerts: stores.alerts,
    locks: stores.locks,
    log,
    runPlaybook: createRunPlaybook({
      actions,
      runs: stores.runs,
      desk,
      http: createHttpClient({ allowedHosts: config.playbooks.allowedHosts }),
      journal,
      templates: knowledge.templates,
      secrets: secrets.playbookSecrets,
      now,
      log,
      metrics,
    }),
  });
  const verdicts = { ...stores, desk, journal, metrics, log, now, profile };
  const readVerdict = createReadVerdict(verdicts);
  const pollVerdicts = createPollVerdicts({
    desk,
    notes: stores.notes,
    queue,
    now,
    overlapMs: POLL_OVERLAP_MS,
    lookBackMs: FIRST_POLL_LOOK_BACK_MS,
  });
  const promoteSuppressions = createPromoteSuppressions(verdicts);
  const closeWindows = closeWindowsJob(service, (findings, at) => raiseFindings(stages, findings, at));
  const checkHeartbeats = createCheckHeartbeats({
    ...stores,
    findSilences: createFindSilences(knowledge.ruleSet.heartbeats ?? [], stores.heartbeats),
    raise: (findings, at) => raiseFindings(stages, findings, at),
    journal,
    queue,
    metrics,
    log,
  });
  const snapshot = snapshotJob(service);
  const tendDeliveries = createTendDeliveries({ alerts: stores.alerts, queue });
  return {
    'deliver-alert': deliverAlert,
    'run-playbook': (job, { isLastTry }) => runPlaybook(job, { isLastTry }),
    'read-verdict': ({ kind, id }) => readVerdict({ kind, id }),
    scheduled: {
      'poll-verdicts': async () => void (await pollVerdicts()),
      'promote-suppressions': async () => void (await promoteSuppressions()),
      'check-heartbeats': async () => void (await checkHeartbeats(now())),
      'close-windows': async () => void (await closeWindows(now())),
      snapshot: async () => void (await snapshot(now())),
      'tend-deliveries': async () => void (await tendDeliveries()),
    },
  };
}
