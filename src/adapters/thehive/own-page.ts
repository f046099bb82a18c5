import { bodyOf } from './answer.ts';
import { OWN_PAGE } from './case-document.ts';
import { pathOf } from './client.ts';
import { type DeskDeps, rowsBelow } from './desk-deps.ts';
import { text } from './rows.ts';
import { writeOnce } from './write-once.ts';

/** Keeps trailhive's own page of each case: made with the case, changed later, no other page touched. */
export function createOwnPage(deps: DeskDeps): (caseId: string, content: string) => Promise<void> {
  const { client } = deps;
  const pageIds = new Map<string, string>();
  const find = async (caseId: string): Promise<string | undefined> => {
    const known = pageIds.get(caseId);
    if (known !== undefined) return known;
    const pages = await rowsBelow(client, { kind: 'case', id: caseId }, 'pages');
    const own = pages.find(
      (page) => page['title'] === OWN_PAGE.title && page['category'] === OWN_PAGE.category,
    );
    if (own === undefined) return undefined;
    if (pageIds.size >= 1000) pageIds.clear();
    pageIds.set(caseId, text(own['_id']));
    return pageIds.get(caseId);
  };
  const make = async (caseId: string, content: string): Promise<string> => {
    const path = pathOf('case', caseId, 'page');
    const body = { ...OWN_PAGE, content, order: 0 };
    const answer = await client.send({ method: 'POST', path, body, repeatable: false });
    return idOf(bodyOf(answer, 'make a page of a case'));
  };
  return async (caseId, content) => {
    const pageId = await findAfterLag(deps, () => find(caseId));
    if (pageId !== undefined) {
      const path = pathOf('case', caseId, 'page', pageId);
      const answer = await client.send({ method: 'PATCH', path, body: { content }, repeatable: true });
      if (answer.status !== 404) return void bodyOf(answer, 'change the page of a case');
      pageIds.delete(caseId);
    }
    await writeOnce(
      { wait: client.wait, lagMs: deps.indexLagMs },
      () => find(caseId),
      () => make(caseId, content),
    );
  };
}

/** The page is made with the case, so it is there: not seen means not indexed yet. */
async function findAfterLag<T>(
  { client, indexLagMs }: DeskDeps,
  find: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const found = await find();
  if (found !== undefined) return found;
  await client.wait(indexLagMs);
  return find();
}

function idOf(body: unknown): string {
  return text((body as { _id?: unknown } | null)?._id);
}
