import { createMemoryAlerts } from '../../src/adapters/memory/alerts.ts';
import { createMemoryHeartbeats } from '../../src/adapters/memory/heartbeats.ts';
import { createMemoryIncidents } from '../../src/adapters/memory/incidents.ts';
import { createMemoryJournal } from '../../src/adapters/memory/journal.ts';
import { createMemoryNotes } from '../../src/adapters/memory/notes.ts';
import { createMemorySuppressions } from '../../src/adapters/memory/suppressions.ts';
import type { EnrichedEvent } from '../../src/domain/event.ts';
import type { HeartbeatStore } from '../../src/domain/ports.ts';
import { createCheckHeartbeats } from '../../src/jobs/check-heartbeats.ts';
import type { HeartbeatTerms } from '../../src/language/sigma/rule-extensions.ts';
import type { Watch } from '../../src/language/sigma/rule-set.ts';
import { createHeartbeats } from '../../src/pipeline/correlate/heartbeat.ts';
import { createFindSilences } from '../../src/pipeline/correlate/heartbeat-silences.ts';
import { createDedupe } from '../../src/pipeline/dedupe/dedupe.ts';
import { createGroup } from '../../src/pipeline/group/group.ts';
import { raiseFindings } from '../../src/pipeline/pipeline.ts';
import { createSuppress } from '../../src/pipeline/suppress/suppress.ts';
import { aLog, aMeter } from './a-log.ts';
import { aWorkQueue } from './a-work-queue.ts';

/** Everything behind a silence on memory stores: batches in, the scheduled job by hand, alerts out. */
export function aSilenceWatch(
  rules: readonly Watch<HeartbeatTerms>[],
  heartbeats: HeartbeatStore = createMemoryHeartbeats(),
) {
  const alerts = createMemoryAlerts();
  const queue = aWorkQueue();
  const notes = createMemoryNotes();
  const [log, metrics] = [aLog(), aMeter()];
  const stages = {
    suppress: createSuppress(createMemorySuppressions(), { metrics, log }),
    dedupe: createDedupe(alerts),
    group: createGroup(createMemoryIncidents(), alerts, 1),
  };
  const watch = createHeartbeats(rules, { store: heartbeats, metrics, log });
  const check = createCheckHeartbeats({
    findSilences: createFindSilences(rules, heartbeats),
    heartbeats,
    raise: (findings, now) => raiseFindings(stages, findings, now),
    journal: createMemoryJournal(),
    notes,
    queue,
    metrics,
    log,
  });
  return {
    heartbeats,
    notes,
    queue,
    metrics,
    check,
    /** A batch, through the rest of the pipeline. */
    deliver: async (events: readonly EnrichedEvent[], deliveredAt: number) => {
      const findings = await watch(events, { queue: 'q', deliveredAt });
      return await raiseFindings(stages, findings, deliveredAt, events);
    },
    /** The queue says that it is empty. */
    idle: (at: number) => heartbeats.noteIdle('q', at),
    alerts: async () => (await alerts.undelivered(1000)).map(({ alert }) => alert),
  };
}
