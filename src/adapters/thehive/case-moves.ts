import { TrailhiveError } from '../../domain/errors.ts';
import type { CaseDesk, DeskCase } from '../../domain/ports.ts';
import { bodyOf, reasonOf } from './answer.ts';
import { caseDocument } from './case-document.ts';
import { templateFor } from './case-template.ts';
import { pathOf } from './client.ts';
import { type DeskDeps, rowsBelow } from './desk-deps.ts';
import { type AlertRow, alertRow, type CaseRow, caseRow } from './rows.ts';
import type { ServerFacts } from './server-facts.ts';
import { writeOnce } from './write-once.ts';

/** How alerts come into cases, each step safe to repeat: it looks where the alert is before and after. */
export interface CaseMoves {
  promote(...args: Parameters<CaseDesk['promote']>): Promise<CaseRow>;
  readonly importAlert: CaseDesk['importAlert'];
  readonly foldCase: CaseDesk['foldCase'];
}

export function createCaseMoves(deps: DeskDeps, addComment: CaseDesk['addComment']): CaseMoves {
  const { client } = deps;
  const importAlert: CaseDesk['importAlert'] = async (alertId, caseId) => {
    await writeOnce(
      { wait: client.wait, lagMs: 0 },
      async () => (await readAlert(deps, alertId)).caseId,
      async () => {
        const path = pathOf('alert', alertId, 'import', caseId);
        const answer = await client.send({ method: 'POST', path, repeatable: false });
        if (answer.ok) return caseId;
        const there = (await readAlert(deps, alertId)).caseId;
        if (there === undefined) bodyOf(answer, 'import an alert');
        return there ?? caseId;
      },
    );
  };
  return {
    importAlert,
    promote: (alertId, alert) =>
      writeOnce(
        { wait: client.wait, lagMs: 0 },
        async () => {
          const { caseId } = await readAlert(deps, alertId);
          const body = caseId === undefined ? undefined : await client.read(pathOf('case', caseId));
          return body === undefined ? undefined : caseRow(body);
        },
        () => openCase(deps, alertId, alert),
      ),
    async foldCase(from, to) {
      // What was imported a moment ago must be seen, or it would stay behind.
      await client.wait(deps.indexLagMs);
      const alerts = await rowsBelow(client, { kind: 'case', id: from.id }, 'alerts');
      for (const alert of alerts.map(alertRow)) await moveAlert(deps, alert.id, from, to, importAlert);
      const marker = `fold:${from.id}:${to.id}`;
      await addComment(
        { kind: 'case', id: to.id },
        marker,
        `The alerts of case #${from.number} belong to the same incident and are in this case now.`,
      );
      await addComment(
        { kind: 'case', id: from.id },
        marker,
        `The alerts of this case belong to the same incident as case #${to.number} and were moved there.`,
      );
      await closeAsDuplicate(deps, from, to);
    },
  };
}

async function readAlert({ client }: DeskDeps, alertId: string): Promise<AlertRow> {
  const body = await client.read(pathOf('alert', alertId));
  if (body !== undefined) return alertRow(body);
  throw new TrailhiveError('retryable', 'the alert is gone from TheHive', { details: { alertId } });
}

/** Where the server refuses the request, once more without custom fields and with our own tasks for its template. */
async function openCase(
  deps: DeskDeps,
  alertId: string,
  alert: Parameters<CaseDesk['promote']>[1],
): Promise<CaseRow> {
  const template = templateFor(deps.caseTemplates, alert.rule.alertType);
  const path = pathOf('alert', alertId, 'case');
  const post = (facts: ServerFacts) =>
    deps.client.send({
      method: 'POST',
      path,
      body: caseDocument(alert, facts, template, deps.texts),
      repeatable: false,
    });
  const first = await post(await deps.facts.current());
  if (first.ok) return caseRow(first.body);
  const { caseId } = await readAlert(deps, alertId);
  if (caseId !== undefined) return caseRow(await deps.client.read(pathOf('case', caseId)));
  deps.metrics.count('thehive_degraded', { what: 'case' });
  deps.log.warn({ alertId, reason: reasonOf(first.body) }, 'a case is opened without what was refused');
  const { login } = await deps.facts.renew();
  const bare = { login, customFields: NONE, observableTypes: NONE, caseTemplates: NONE };
  return caseRow(bodyOf(await post(bare), 'open a case'));
}

const NONE: ReadonlySet<string> = new Set();

async function moveAlert(
  { client }: DeskDeps,
  alertId: string,
  from: DeskCase,
  to: DeskCase,
  importInto: CaseDesk['importAlert'],
): Promise<void> {
  const detached = await client.send({
    method: 'DELETE',
    path: pathOf('case', from.id, 'alert', alertId),
    repeatable: true,
  });
  // Gone already: an earlier try took it out, or a person did; the import below looks where it is.
  if (detached.status !== 404) bodyOf(detached, 'take an alert out of a case');
  await importInto(alertId, to.id);
}

/** A server may refuse (a mandatory field, a hidden status): the case stays open then, empty and explained. */
async function closeAsDuplicate({ client, log }: DeskDeps, from: DeskCase, to: DeskCase): Promise<void> {
  const answer = await client.send({
    method: 'PATCH',
    path: pathOf('case', from.id),
    body: {
      status: 'Duplicated',
      summary: `Duplicate of case #${to.number}: one incident, found to be one only when a later event joined the two.`,
    },
    repeatable: true,
  });
  if (!answer.ok)
    log.warn({ caseId: from.id, reason: reasonOf(answer.body) }, 'a folded case could not be closed');
}
