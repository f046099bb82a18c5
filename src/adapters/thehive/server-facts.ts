import { faultOf } from '../../domain/errors.ts';
import type { Log } from '../../domain/ports.ts';
import type { TheHiveClient } from './client.ts';
import { SHIPPED_OBSERVABLE_TYPES } from './observable-type.ts';

/** What this server and account have, so that nothing is sent that the server would refuse. */
export interface ServerFacts {
  /** Login of our own account. */
  readonly login: string;
  readonly customFields: ReadonlySet<string>;
  readonly observableTypes: ReadonlySet<string>;
  readonly caseTemplates: ReadonlySet<string>;
}

export interface FactsReader {
  /** Read at the first call, then kept for a while. */
  current(): Promise<ServerFacts>;
  /** Reads again: the server refused something that the facts allowed. */
  renew(): Promise<ServerFacts>;
}

const MAX_LISTED = 2000;

/** A list that the account may not read counts as empty: what is unknown degrades, nothing fails. */
export function createFactsReader(deps: {
  client: TheHiveClient;
  now: () => number;
  keepMs: number;
  log: Log;
}): FactsReader {
  const { client, now, keepMs, log } = deps;
  let kept: { readonly facts: Promise<ServerFacts>; readonly until: number } | undefined;

  const names = async (what: string, list: () => Promise<readonly string[]>): Promise<readonly string[]> => {
    try {
      return await list();
    } catch (error) {
      if (faultOf(error) === 'retryable') throw error;
      log.warn({ what, error }, 'TheHive does not list something; trailhive goes on without it');
      return [];
    }
  };
  const renew = (): Promise<ServerFacts> => {
    const facts = readFacts(client, names);
    kept = { facts, until: now() + keepMs };
    facts.catch(() => {
      kept = undefined;
    });
    return facts;
  };
  return {
    current: () => (kept !== undefined && now() < kept.until ? kept.facts : renew()),
    renew,
  };
}

type ListNames = (what: string, list: () => Promise<readonly string[]>) => Promise<readonly string[]>;

async function readFacts(client: TheHiveClient, names: ListNames): Promise<ServerFacts> {
  const queried = async (name: string): Promise<readonly string[]> =>
    namesIn(await client.query(name, [{ _name: name }, { _name: 'page', from: 0, to: MAX_LISTED }]));
  const [user, customFields, observableTypes, caseTemplates] = await Promise.all([
    client.read('/user/current'),
    names('custom fields', async () => namesIn(await client.read('/customField'))),
    names('observable types', () => queried('listObservableType')),
    names('case templates', () => queried('listCaseTemplate')),
  ]);
  return {
    login: String((user as { login?: unknown } | undefined)?.login ?? ''),
    customFields: new Set(customFields),
    observableTypes: new Set(observableTypes.length > 0 ? observableTypes : SHIPPED_OBSERVABLE_TYPES),
    caseTemplates: new Set(caseTemplates),
  };
}

export function namesIn(rows: unknown): readonly string[] {
  if (!Array.isArray(rows)) return [];
  return rows.map((row: { name?: unknown } | null) => String(row?.name ?? '')).filter((name) => name !== '');
}
