import type { DeskPlace, Log, Metrics } from '../../domain/ports.ts';
import type { CaseTemplate } from './case-template.ts';
import type { TheHiveClient } from './client.ts';
import type { DeskTexts } from './desk-texts.ts';
import { stepsBelow } from './rows.ts';
import type { FactsReader } from './server-facts.ts';

/** What the parts of the desk share. */
export interface DeskDeps {
  readonly client: TheHiveClient;
  readonly facts: FactsReader;
  readonly texts: DeskTexts;
  readonly caseTemplates: readonly CaseTemplate[];
  /** How long a fresh object may stay invisible to a query, ms. */
  readonly indexLagMs: number;
  readonly log: Log;
  readonly metrics: Metrics;
}

const PAGE = 200;
/** A case with more rows than this is not read to its end. */
const MAX_ROWS = 5000;

/** All rows of a kind below an alert or case, page by page. Lags like every query. */
export async function rowsBelow(
  client: TheHiveClient,
  place: DeskPlace,
  what: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rows: Readonly<Record<string, unknown>>[] = [];
  for (let from = 0; from < MAX_ROWS; from += PAGE) {
    const page = await client.query(
      `${place.kind}-${what}`,
      stepsBelow(place, what, { from, to: from + PAGE }),
    );
    rows.push(...(page as Readonly<Record<string, unknown>>[]));
    if (page.length < PAGE) break;
  }
  return rows;
}
