import { describe, expect, it } from 'vitest';
import { createMemoryAlerts } from '../../../src/adapters/memory/alerts.ts';
import { createMemoryBaselines } from '../../../src/adapters/memory/baselines.ts';
import { createMemoryHeartbeats } from '../../../src/adapters/memory/heartbeats.ts';
import { createMemoryJournal } from '../../../src/adapters/memory/journal.ts';
import { createMemoryLocks } from '../../../src/adapters/memory/locks.ts';
import { createMemoryNotes } from '../../../src/adapters/memory/notes.ts';
import { createMemorySuppressions } from '../../../src/adapters/memory/suppressions.ts';
import type { ObjectRef } from '../../../src/domain/batch.ts';
import type { JournalEntry, LedgerLine } from '../../../src/domain/journal.ts';
import type { Suppression } from '../../../src/domain/suppression.ts';
import { GENERATION_NOTE, restore } from '../../../src/jobs/restore.ts';
import { DAY, HOUR, TEN_O_CLOCK } from '../../helpers/a-finding.ts';
import { aLog } from '../../helpers/a-log.ts';
import { aSuppression } from '../../helpers/a-suppression.ts';
import { aWorkQueue } from '../../helpers/a-work-queue.ts';
import { anAlert } from '../../helpers/an-alert.ts';

const NOW = TEN_O_CLOCK;

function aBench() {
  const parts = {
    journal: createMemoryJournal(),
    suppressions: createMemorySuppressions(),
    queue: aWorkQueue(),
    alerts: createMemoryAlerts(),
    notes: createMemoryNotes(),
    locks: createMemoryLocks(),
    baselines: createMemoryBaselines(),
    heartbeats: createMemoryHeartbeats(),
  };
  const run = () => restore({ ...parts, log: aLog(), now: () => NOW, replayMs: DAY, lookBackMs: 90 * DAY });
  return { ...parts, run };
}

function aLine(id: string, at: number, outcome: LedgerLine['outcome'] = 'processed'): JournalEntry {
  const ref: ObjectRef = { kind: 'object', id, queue: 'trail', bucket: 'logs', key: id, deliveredAt: at };
  const counts = { records: 1, setAside: 0, late: 0, findings: 0, hidden: 0 };
  return { kind: 'ledger', at, line: { ref, outcome, at, ...counts } };
}

function anAudit(suppression: Suppression): JournalEntry {
  return { kind: 'suppression', at: suppression.stateAt, suppression, why: 'test' };
}

describe('an empty Redis', () => {
  it('is marked, so that the next start restores nothing', async () => {
    const bench = aBench();
    expect(await bench.run()).toEqual({ suppressions: 0, alerts: 0, batches: 0, groups: 0 });
    expect(await bench.notes.get(GENERATION_NOTE)).toBe(String(NOW));
    await bench.journal.append([aLine('r1', NOW - 1)]);
    expect(await bench.run()).toBeUndefined();
    expect(bench.queue.batches).toEqual([]);
  });

  it('is filled once, however many ask', async () => {
    const bench = aBench();
    await bench.journal.append([aLine('r1', NOW - 1)]);
    const outcomes = await Promise.all([bench.run(), bench.run(), bench.run()]);
    expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1);
    expect(bench.queue.batches).toHaveLength(1);
  });

  it('gets the objects back that windows may still need', async () => {
    const bench = aBench();
    await bench.journal.append([
      aLine('old', NOW - DAY - 1),
      aLine('edge', NOW - DAY),
      aLine('twice', NOW - HOUR),
      aLine('twice', NOW - HOUR + 1),
      aLine('dead', NOW - HOUR, 'dead-lettered'),
    ]);
    await bench.run();
    expect(bench.queue.batches.map(({ id }) => id)).toEqual(['edge', 'twice']);
  });

  it('gets the latest state of each suppression back, a revoked one too', async () => {
    const bench = aBench();
    const live = { stateAt: NOW - HOUR, expiresAt: NOW + DAY };
    await bench.journal.append([
      anAudit(aSuppression({ id: 's1', state: 'shadow', stateAt: NOW - 80 * DAY, expiresAt: NOW + DAY })),
      anAudit(aSuppression({ id: 's1', state: 'active', ...live })),
      anAudit(aSuppression({ id: 's2', state: 'active', stateAt: NOW - 2 * HOUR, expiresAt: NOW + DAY })),
      anAudit(aSuppression({ id: 's2', state: 'revoked', ...live })),
      anAudit(aSuppression({ id: 's3', stateAt: NOW - HOUR, expiresAt: NOW - 1 })),
    ]);
    await bench.run();
    const states = (await bench.suppressions.list()).map(({ id, state }) => `${id} ${state}`).sort();
    expect(states).toEqual(['s1 active', 's2 revoked']);
  });

  it('keeps a suppression that is newer than the journal', async () => {
    const bench = aBench();
    await bench.suppressions.put(aSuppression({ state: 'revoked', stateAt: NOW, expiresAt: NOW + DAY }));
    await bench.journal.append([
      anAudit(aSuppression({ state: 'active', stateAt: NOW - HOUR, expiresAt: NOW + DAY })),
    ]);
    await bench.run();
    expect((await bench.suppressions.list()).map(({ state }) => state)).toEqual(['revoked']);
  });

  it('gets undelivered alerts back, in their latest revision, and delivers them', async () => {
    const bench = aBench();
    const alert = anAlert({ count: 1 });
    const later = { ...alert, count: 7, severity: 'critical' as const };
    await bench.journal.append([
      { kind: 'undelivered', at: NOW - 2 * HOUR, stored: { alert, revision: 1 } },
      { kind: 'undelivered', at: NOW - HOUR, stored: { alert: later, revision: 5 } },
    ]);
    await bench.run();
    expect((await bench.alerts.read(alert.fingerprint))?.alert).toEqual(later);
    expect(bench.queue.deliveries).toEqual([{ fingerprint: alert.fingerprint, revision: 1, rank: 0 }]);
  });

  it('is not marked when restoring fails, and restored wholly the next time', async () => {
    const bench = aBench();
    await bench.journal.append([aLine('r1', NOW - 1)]);
    const add = bench.queue.addBatches;
    bench.queue.addBatches = async () => {
      throw new Error('redis is away');
    };
    await expect(bench.run()).rejects.toThrow('redis is away');
    expect(await bench.notes.get(GENERATION_NOTE)).toBeUndefined();
    bench.queue.addBatches = add;
    expect(await bench.run()).toMatchObject({ batches: 1 });
  });
});
