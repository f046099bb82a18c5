import type { Finding } from '../domain/finding.ts';
import type { Journal, WorkQueue } from '../domain/ports.ts';
import { severityRank } from '../domain/severity.ts';
import type { RaisedFindings } from '../pipeline/pipeline.ts';

export interface RaiseDeps {
  /** Brings findings to alerts, as a batch does (`raiseFindings`). */
  readonly raise: (findings: readonly Finding[], now: number) => Promise<RaisedFindings>;
  readonly journal: Pick<Journal, 'append'>;
  readonly queue: Pick<WorkQueue, 'addDeliveries'>;
}

/**
 * What a scheduled job does with what it found, in the order of a batch: alerts,
 * journal, deliveries. No message waits for it; a delivery that is lost is found
 * by `tend-deliveries`. May be repeated.
 */
export async function raiseAndDeliver(
  deps: RaiseDeps,
  findings: readonly Finding[],
  now: number,
): Promise<void> {
  const { live, hidden, changes } = await deps.raise(findings, now);
  await deps.journal.append([
    ...live.map(({ finding }) => ({ kind: 'finding', at: now, finding }) as const),
    ...hidden.map(
      ({ finding, suppressionId }) =>
        ({ kind: 'finding', at: now, finding, hiddenBy: suppressionId }) as const,
    ),
  ]);
  await deps.queue.addDeliveries(
    changes
      .filter(({ pending }) => pending)
      .map(({ fingerprint, revision, severity }) => ({
        fingerprint,
        revision,
        rank: 4 - severityRank(severity),
      })),
  );
}
