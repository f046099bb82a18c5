import type { DeskPlace } from '../../domain/ports.ts';
import type { ProcedureDocument } from './alert-document.ts';
import { reasonOf } from './answer.ts';
import { pathOf } from './client.ts';
import { type DeskDeps, rowsBelow } from './desk-deps.ts';
import { text } from './rows.ts';
import { writeOnce } from './write-once.ts';

/** Techniques that the parent lacks; one that the server's catalogue lacks stays a tag `attack:…`. */
export async function addProcedureDocuments(
  deps: DeskDeps,
  place: DeskPlace,
  documents: readonly ProcedureDocument[],
): Promise<void> {
  if (documents.length === 0) return;
  const refused = new Set<string>();
  const missing = async (): Promise<readonly ProcedureDocument[]> => {
    const rows = await rowsBelow(deps.client, place, 'procedures');
    const there = new Set(rows.map((row) => text(row['patternId'])));
    return documents.filter(({ patternId }) => !there.has(patternId) && !refused.has(patternId));
  };
  await writeOnce(
    { wait: deps.client.wait, lagMs: deps.indexLagMs },
    async () => ((await missing()).length === 0 ? true : undefined),
    async () => {
      const procedures = await missing();
      const path = pathOf(place.kind, place.id, 'procedures');
      const all = await deps.client.send({ method: 'POST', path, body: { procedures }, repeatable: false });
      if (!all.ok) await addOneByOne(deps, path, procedures, refused);
      return true;
    },
  );
}

async function addOneByOne(
  deps: DeskDeps,
  path: string,
  procedures: readonly ProcedureDocument[],
  refused: Set<string>,
): Promise<void> {
  for (const procedure of procedures) {
    const body = { procedures: [procedure] };
    const answer = await deps.client.send({ method: 'POST', path, body, repeatable: false });
    if (answer.ok) continue;
    refused.add(procedure.patternId);
    deps.metrics.count('thehive_degraded', { what: 'procedure' });
    deps.log.warn(
      { patternId: procedure.patternId, reason: reasonOf(answer.body) },
      'a technique was refused and stays a tag',
    );
  }
}
