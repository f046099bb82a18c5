import type { StoredAlert } from '../domain/alert.ts';
import type { News } from '../domain/news.ts';
import type { CaseDesk, DeskAlert, NewsDesk } from '../domain/ports.ts';
import { placeOf } from './bring-alert.ts';
import { newsOf } from './news-of.ts';
import type { Placed } from './place-in-case.ts';

/** One comment, on the case if there is one, with what people should read; nothing new, no comment. */
export async function tellNews(
  desk: CaseDesk & NewsDesk,
  { alert, delivered }: StoredAlert,
  deskAlert: DeskAlert,
  { caseId }: Pick<Placed, 'caseId'>,
): Promise<void> {
  const news: News[] = [...newsOf(alert, delivered)];
  if (caseId !== undefined && caseId !== delivered?.caseId) {
    news.unshift({ kind: 'in-case', marker: `${alert.fingerprint}:in-case` });
  }
  // That events return after a silence is told as such.
  if (delivered !== undefined && alert.count > delivered.count && alert.returnedAt === undefined) {
    const status = await closedStatus(desk, deskAlert, caseId);
    const marker = `${alert.fingerprint}:after-close:${status}`;
    if (status !== undefined) news.unshift({ kind: 'after-close', status, marker });
  }
  if (news.length > 0)
    await desk.addNews(
      placeOf({ id: deskAlert.id, ...(caseId === undefined ? {} : { caseId }) }),
      alert,
      news,
    );
}

/** The status that a person closed the alert or its case with; undefined: it is open. */
async function closedStatus(
  desk: NewsDesk,
  deskAlert: DeskAlert,
  caseId: string | undefined,
): Promise<string | undefined> {
  const state = caseId === undefined ? deskAlert : await desk.caseState(caseId);
  return state?.stage === 'Closed' ? state.status : undefined;
}
