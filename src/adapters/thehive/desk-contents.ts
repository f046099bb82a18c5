import type { News } from '../../domain/news.ts';
import type { CaseDesk, DeskPlace, NewsDesk } from '../../domain/ports.ts';
import { procedureDocuments } from './alert-document.ts';
import { type Answer, bodyOf } from './answer.ts';
import { pathOf } from './client.ts';
import { type DeskDeps, rowsBelow } from './desk-deps.ts';
import { carries, withMarkers } from './marker.ts';
import { observableDocuments } from './observable-type.ts';
import { addDocuments } from './observable-writes.ts';
import { addProcedureDocuments } from './procedure-writes.ts';
import { text } from './rows.ts';
import { writeOnce } from './write-once.ts';

type ContentPart = Pick<CaseDesk, 'addObservables' | 'addProcedures' | 'addComment' | 'addTask'> &
  Pick<NewsDesk, 'addNews'>;

const MAX_REMEMBERED = 5000;

/** What hangs on an alert or case: added, never changed, each thing once. */
export function createContentDesk(deps: DeskDeps): ContentPart {
  const written = createMemory();
  const addOnce = async (
    place: DeskPlace,
    marker: string,
    what: { readonly rows: string; readonly field: string },
    write: () => Promise<Answer>,
  ): Promise<void> => {
    const key = `${place.id}\n${what.rows}\n${marker}`;
    await writeOnce(
      { wait: deps.client.wait, lagMs: deps.indexLagMs },
      async () => {
        if (written.has(key)) return true;
        const rows = await rowsBelow(deps.client, place, what.rows);
        return carries(
          rows.map((row) => text(row[what.field])),
          marker,
        )
          ? true
          : undefined;
      },
      async () => {
        bodyOf(await write(), `add to ${what.rows}`);
        written.add(key);
        return true;
      },
    );
  };

  return {
    async addObservables(place, observables) {
      const { observableTypes } = await deps.facts.current();
      await addDocuments(deps, place, observableDocuments(observables, observableTypes));
    },
    addProcedures: (place, alert) => addProcedureDocuments(deps, place, procedureDocuments(alert.procedures)),
    addComment: (place, marker, message) =>
      addOnce(place, marker, { rows: 'comments', field: 'message' }, () =>
        postComment(deps, place, withMarkers(message, [marker])),
      ),
    addTask: (caseId, marker, task) =>
      addOnce({ kind: 'case', id: caseId }, marker, { rows: 'tasks', field: 'description' }, () =>
        deps.client.send({
          method: 'POST',
          path: pathOf('case', caseId, 'task'),
          body: {
            title: task.title.slice(0, 128),
            group: task.group.slice(0, 64) || 'trailhive',
            description: withMarkers(task.description, [marker]),
          },
          repeatable: false,
        }),
      ),
    addNews: createAddNews(deps, written),
  };
}

/** Which news are untold is found out again before every try. */
function createAddNews(deps: DeskDeps, written: Memory): NewsDesk['addNews'] {
  return async (place, alert, news) => {
    const key = (marker: string) => `${place.id}\ncomments\n${marker}`;
    const isRemembered = ({ marker }: News) => written.has(key(marker));
    let left: readonly News[] = [];
    await writeOnce(
      { wait: deps.client.wait, lagMs: deps.indexLagMs },
      async () => {
        left = news.filter((one) => !isRemembered(one));
        if (left.length === 0) return true;
        const rows = await rowsBelow(deps.client, place, 'comments');
        const messages = rows.map((row) => text(row['message']));
        left = left.filter(({ marker }) => !carries(messages, marker));
        return left.length === 0 ? true : undefined;
      },
      async () => {
        const markers = left.map(({ marker }) => marker);
        const message = withMarkers(deps.texts.comment(alert, left), markers);
        bodyOf(await postComment(deps, place, message), 'add a comment');
        for (const marker of markers) written.add(key(marker));
        return true;
      },
    );
  };
}

/** What this process wrote just now, which a query may not show yet. */
interface Memory {
  has(key: string): boolean;
  add(key: string): void;
}

function createMemory(): Memory {
  const keys = new Set<string>();
  return {
    has: (key) => keys.has(key),
    add(key) {
      if (keys.size >= MAX_REMEMBERED) keys.clear();
      keys.add(key);
    },
  };
}

function postComment({ client }: DeskDeps, place: DeskPlace, message: string): Promise<Answer> {
  return client.send({
    method: 'POST',
    path: pathOf(place.kind, place.id, 'comment'),
    body: { message },
    repeatable: false,
  });
}
