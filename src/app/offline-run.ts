/**
 * The whole middle of trailhive on memory stores: rules, windows, baselines, silence,
 * alerts and incidents, as they come about live, but from records at hand and by a
 * clock that the caller moves. It ends at the alert; nothing is delivered.
 */
import { createMemoryAlerts } from '../adapters/memory/alerts.ts';
import { createMemoryBaselines } from '../adapters/memory/baselines.ts';
import { createMemoryHeartbeats } from '../adapters/memory/heartbeats.ts';
import { createMemoryIncidents } from '../adapters/memory/incidents.ts';
import { createMemoryLineage } from '../adapters/memory/lineage.ts';
import { createMemorySuppressions } from '../adapters/memory/suppressions.ts';
import { createMemoryWindows } from '../adapters/memory/windows.ts';
import type { Alert } from '../domain/alert.ts';
import type { InlineRef } from '../domain/batch.ts';
import type { CompanyContext } from '../domain/company.ts';
import type { EnrichedEvent } from '../domain/event.ts';
import type { Finding, RuleMatch } from '../domain/finding.ts';
import type { Incident } from '../domain/incident.ts';
import type { Places } from '../domain/place.ts';
import type { RuleSet } from '../language/sigma/rule-set.ts';
import { createAdopt } from '../pipeline/adopt/adopt.ts';
import { createBaselines } from '../pipeline/correlate/baseline.ts';
import { closeAll, createCloseWindows } from '../pipeline/correlate/close-windows.ts';
import { type CorrelateOptions, createCorrelate } from '../pipeline/correlate/correlate.ts';
import { createHeartbeats } from '../pipeline/correlate/heartbeat.ts';
import { createFindSilences } from '../pipeline/correlate/heartbeat-silences.ts';
import { decodeRecords } from '../pipeline/decode/decode.ts';
import { createDedupe } from '../pipeline/dedupe/dedupe.ts';
import { createDetect } from '../pipeline/detect/detect.ts';
import { evidenceOf } from '../pipeline/detect/evidence.ts';
import { createEnrich } from '../pipeline/enrich/enrich.ts';
import { createGroup } from '../pipeline/group/group.ts';
import { raiseFindings, runPipeline, type Stages } from '../pipeline/pipeline.ts';
import { createSuppress } from '../pipeline/suppress/suppress.ts';

export interface OfflineRunOptions {
  readonly ruleSet: RuleSet;
  readonly company: CompanyContext;
  /** Databases of addresses. Default: none. */
  readonly places?: Places;
  /** How far back the records reach behind their delivery, ms: nothing within it is late. */
  readonly spanMs: number;
  /** The longest pause within an incident, ms. Default: 72 hours. */
  readonly incidentGapMs?: number;
  /** Every match of a rule, also of rules that only feed others. */
  readonly onMatches?: (matches: readonly RuleMatch[]) => void;
  /** Everything that was found, as it is found; a finding may come again with more of it. */
  readonly onFindings?: (findings: readonly Finding[]) => void;
}

/** What the records came to. */
export interface OfflineOutcome {
  readonly records: number;
  /** Records that could not be worked with. */
  readonly setAside: number;
  /** Oldest first. */
  readonly alerts: readonly Alert[];
  /** Each once, by its earliest alert. */
  readonly incidents: readonly Incident[];
}

export interface OfflineRun {
  /**
   * One delivery: records that came at an instant, epoch ms. Instants must not go back. An empty delivery
   * moves the clock, which is how a silence shows.
   */
  add(records: readonly unknown[], deliveredAt: number): Promise<void>;
  /** Decides what more records could have changed, and tells what came of it all. */
  end(): Promise<OfflineOutcome>;
}

const DEFAULT_GAP_MS = 72 * 60 * 60_000;
/** How often what comes by the clock is asked for: as often as the jobs of a live run. */
const CLOCK_STEP_MS = 5 * 60_000;
const QUEUE = 'offline';

/** Builds a run with stores of its own. The same deliveries give the same outcome. */
export function createOfflineRun(options: OfflineRunOptions): OfflineRun {
  const { ruleSet, onFindings } = options;
  const stores = openMemory();
  const stages = stagesOf(options, stores);
  const close = createCloseWindows(ruleSet, stores.windows, correlateOptions(options));
  const findSilences = createFindSilences(ruleSet.heartbeats ?? [], stores.heartbeats);
  let askedAt = Number.NEGATIVE_INFINITY;
  let records = 0;
  let setAside = 0;

  async function raise(findings: readonly Finding[], now: number): Promise<void> {
    if (findings.length === 0) return;
    onFindings?.(findings);
    await raiseFindings(stages, findings, now);
  }

  async function askClock(now: number): Promise<void> {
    if (now - askedAt < CLOCK_STEP_MS) return;
    askedAt = now;
    await stores.heartbeats.noteIdle(QUEUE, now);
    const silences = await findSilences({ now, isDrained: true });
    await raise(
      silences.map(({ finding }) => finding),
      now,
    );
    for (const { ruleId, group, start } of silences) await stores.heartbeats.markTold(ruleId, group, start);
    for (;;) {
      const closed = await close(now);
      if (closed.windows === 0) return;
      await raise(closed.findings, now);
      await closed.done();
    }
  }

  return {
    async add(batch, deliveredAt) {
      const ref: InlineRef = { kind: 'inline', id: QUEUE, queue: QUEUE, body: '', deliveredAt };
      const decode = async () => decodeRecords(batch, ref);
      if (batch.length > 0) {
        const result = await runPipeline(
          { ...stages, decode },
          { ref, bytes: new Uint8Array() },
          deliveredAt,
        );
        records += result.records;
        setAside += result.setAside.length;
        onFindings?.(result.live.map(({ finding }) => finding));
      }
      await askClock(deliveredAt);
    },

    async end() {
      const closed = await closeAll(ruleSet, stores.windows, correlateOptions(options));
      await raise(closed, Math.max(askedAt, 0));
      const alerts = await allAlerts(stores);
      return { records, setAside, alerts, incidents: await incidentsOf(alerts, stores) };
    },
  };
}

function openMemory() {
  return {
    windows: createMemoryWindows(),
    alerts: createMemoryAlerts(),
    baselines: createMemoryBaselines(),
    heartbeats: createMemoryHeartbeats(),
    incidents: createMemoryIncidents(),
    lineage: createMemoryLineage(),
    suppressions: createMemorySuppressions(),
  };
}

type MemoryStores = ReturnType<typeof openMemory>;

function correlateOptions({ spanMs }: OfflineRunOptions): CorrelateOptions {
  return { latenessMs: spanMs };
}

/** As in the live wiring, without `decode` (the records are read already), findings of other products and the score. */
function stagesOf(options: OfflineRunOptions, stores: MemoryStores): Omit<Stages, 'decode'> {
  const { ruleSet, company, spanMs, incidentGapMs = DEFAULT_GAP_MS, onMatches } = options;
  const detect = createDetect(ruleSet, company);
  const watchNew = createBaselines(ruleSet.baselines ?? [], {
    store: stores.baselines,
    evidenceOf: (event) => evidenceOf(event, company),
    latenessMs: spanMs,
  });
  const watchSilence = createHeartbeats(ruleSet.heartbeats ?? [], { store: stores.heartbeats });
  return {
    enrich: createEnrich(company, options.places),
    adopt: createAdopt(company),
    detect: (events: readonly EnrichedEvent[]) => {
      const detected = detect(events);
      onMatches?.(detected.matches);
      return detected;
    },
    correlate: createCorrelate(ruleSet, stores.windows, correlateOptions(options)),
    watch: async (events, ref) => [...(await watchNew(events, ref)), ...(await watchSilence(events, ref))],
    suppress: createSuppress(stores.suppressions),
    dedupe: createDedupe(stores.alerts),
    group: createGroup(stores.incidents, stores.alerts, incidentGapMs, { store: stores.lineage }),
  };
}

/** None was delivered, so all of them are due. */
async function allAlerts({ alerts }: MemoryStores): Promise<Alert[]> {
  return (await alerts.undelivered(Number.MAX_SAFE_INTEGER)).map(({ alert }) => alert);
}

async function incidentsOf(alerts: readonly Alert[], { incidents }: MemoryStores): Promise<Incident[]> {
  const byId = new Map<string, Incident>();
  for (const { fingerprint } of alerts) {
    const incident = await incidents.of(fingerprint);
    if (incident !== undefined) byId.set(incident.id, incident);
  }
  return [...byId.values()];
}
