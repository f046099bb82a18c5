import { shownSeverity } from '../../domain/alert.ts';
import type { CaseDesk, DeskCase, NewsDesk } from '../../domain/ports.ts';
import { maxSeverity } from '../../domain/severity.ts';
import { ALERT_SOURCE } from './alert-document.ts';
import { caseTags } from './case-document.ts';
import { createCaseMoves } from './case-moves.ts';
import { pathOf } from './client.ts';
import { ownChange, patch } from './desk-alerts.ts';
import { type DeskDeps, rowsBelow } from './desk-deps.ts';
import { caseValues } from './own-fields.ts';
import { createOwnPage } from './own-page.ts';
import { type AlertRow, alertRow, type CaseRow, caseRow, text } from './rows.ts';

type CasePart = Pick<
  CaseDesk,
  'readCase' | 'promote' | 'importAlert' | 'updateCase' | 'foldCase' | 'alertsOfCase'
> &
  Pick<NewsDesk, 'caseState'>;

type AddComment = CaseDesk['addComment'];

/** Cases: opened by promotion only; of a case trailhive owns its page, its tags and its fields. */
export function createCaseDesk(deps: DeskDeps, addComment: AddComment): CasePart {
  const { client, facts } = deps;
  const readRow = async (id: string): Promise<CaseRow | undefined> => {
    const body = await client.read(pathOf('case', id));
    return body === undefined ? undefined : caseRow(body);
  };
  const ownAlerts = async (caseId: string): Promise<readonly AlertRow[]> => {
    const rows = await rowsBelow(client, { kind: 'case', id: caseId }, 'alerts');
    return rows.map(alertRow).filter(({ source }) => source === ALERT_SOURCE);
  };
  const moves = createCaseMoves(deps, addComment);
  const updateOwnPage = createOwnPage(deps);

  return {
    async readCase(id) {
      const row = await readRow(id);
      return row === undefined ? undefined : toDeskCase(row, await isTouched(deps, row));
    },
    async caseState(id) {
      const row = await readRow(id);
      return row === undefined ? undefined : { status: row.status, stage: row.stage, number: row.number };
    },
    promote: async (alertId, alert) => toDeskCase(await moves.promote(alertId, alert), false),
    importAlert: moves.importAlert,
    foldCase: moves.foldCase,
    async updateCase(caseId, alerts) {
      if (alerts.length === 0) return;
      const row = await readRow(caseId);
      if (row === undefined) return;
      const known = await facts.current();
      const severity = alerts.map(shownSeverity).reduce(maxSeverity);
      const wanted = {
        severity,
        tags: caseTags(alerts, known, deps.caseTemplates),
        values: caseValues(alerts),
      };
      // Whoever changes a closed case last would count as the one who judged it.
      if (row.stage !== 'Closed') await patch(deps, pathOf('case', caseId), ownChange(row, known, wanted));
      await updateOwnPage(caseId, deps.texts.casePage(alerts));
    },
    async alertsOfCase(caseId) {
      return (await ownAlerts(caseId)).map(({ fingerprint }) => fingerprint);
    },
  };
}

function toDeskCase(row: CaseRow, touched: boolean): DeskCase {
  const { impactStatus: _i, createdBy: _c, assignee: _a, customFields: _f, ...shown } = row;
  return { ...shown, touched };
}

/** Fields first, as they are at hand; comments, tasks and pages only where those show nothing. */
async function isTouched({ client, facts }: DeskDeps, row: CaseRow): Promise<boolean> {
  const { login } = await facts.current();
  const isOther = (name: unknown) => typeof name === 'string' && name !== '' && name !== login;
  if (isOther(row.updatedBy) || isOther(row.createdBy) || isOther(row.assignee)) return true;
  const place = { kind: 'case', id: row.id } as const;
  const [comments, tasks, pages] = await Promise.all([
    rowsBelow(client, place, 'comments'),
    rowsBelow(client, place, 'tasks'),
    rowsBelow(client, place, 'pages'),
  ]);
  return (
    comments.some((comment) => isOther(comment['createdBy']) || isOther(comment['updatedBy'])) ||
    pages.some((page) => isOther(page['_createdBy']) || isOther(page['_updatedBy'])) ||
    tasks.some(
      (task) =>
        isOther(task['_createdBy']) || isOther(task['_updatedBy']) || text(task['status']) !== 'Waiting',
    )
  );
}
