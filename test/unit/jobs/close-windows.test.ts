import { describe, expect, it } from 'vitest';
import { createMemoryJournal } from '../../../src/adapters/memory/journal.ts';
import { TrailhiveError } from '../../../src/domain/errors.ts';
import { createCloseWindowsJob } from '../../../src/jobs/close-windows.ts';
import type { Closed } from '../../../src/pipeline/correlate/close-windows.ts';
import { aFinding, DAY, HOUR } from '../../helpers/a-finding.ts';
import { aMeter } from '../../helpers/a-log.ts';

const NOW = 100 * DAY;

/** Turns that find so many windows each, and then none. */
function aBench(turns: readonly number[], { backlog = 0, failing = false } = {}) {
  const steps: string[] = [];
  const asked: number[] = [];
  const left = [...turns];
  const metrics = aMeter();
  const journal = createMemoryJournal();
  const job = createCloseWindowsJob({
    close: async (now): Promise<Closed> => {
      asked.push(now);
      const windows = left.shift() ?? 0;
      const findings = windows > 1 ? [aFinding()] : [];
      return { findings, windows, done: async () => void steps.push(`done ${windows}`) };
    },
    raise: async (findings) => {
      if (failing) throw new TrailhiveError('retryable', 'Redis is gone');
      steps.push(`raise ${findings.length}`);
      return { live: findings.map((finding) => ({ finding, wouldBeHiddenBy: [] })), hidden: [], changes: [] };
    },
    journal: { append: async (entries) => journal.append(entries).then(() => void steps.push('journal')) },
    queue: { addDeliveries: async () => void steps.push('deliveries'), backlog: async () => backlog },
    metrics,
    options: { behind: 50, latenessMs: 24 * HOUR },
  });
  return { job, steps, asked, metrics };
}

describe('closing windows', () => {
  it('goes on until nothing is due, and calls windows decided when their alerts are safe', async () => {
    const { job, steps, metrics } = aBench([2, 1]);
    expect(await job(NOW)).toBe(3);
    expect(steps).toEqual(['raise 1', 'journal', 'deliveries', 'done 2', 'done 1']);
    expect(metrics.sums.get('windows_closed')).toBe(3);
  });

  it('leaves windows due when their alerts cannot be raised', async () => {
    const { job, steps } = aBench([2], { failing: true });
    await expect(job(NOW)).rejects.toThrow('Redis is gone');
    expect(steps).toEqual([]);
  });

  it.each([
    [50, NOW],
    [51, NOW - 24 * HOUR],
  ])('with %i batches waiting, decides what has closed by %i', async (backlog, by) => {
    const { job, asked } = aBench([], { backlog });
    await job(NOW);
    expect(asked).toEqual([by]);
  });
});
