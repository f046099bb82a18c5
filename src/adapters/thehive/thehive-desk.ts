import type { CaseDesk, Log, Metrics, NewsDesk } from '../../domain/ports.ts';
import type { VerdictKind } from '../../domain/suppression.ts';
import type { Templates } from '../../language/liquid.ts';
import type { TheHiveClient } from './client.ts';
import { createAlertDesk } from './desk-alerts.ts';
import { createCaseDesk } from './desk-cases.ts';
import { createContentDesk } from './desk-contents.ts';
import type { DeskDeps } from './desk-deps.ts';
import { createDeskTexts } from './desk-texts.ts';
import type { DeskTemplates } from './load-templates.ts';
import { createFactsReader } from './server-facts.ts';
import { createVerdictDesk } from './verdict.ts';

export interface TheHiveDeskDeps {
  readonly client: TheHiveClient;
  readonly templates: Templates;
  readonly deskTemplates: DeskTemplates;
  /** What custom closed statuses of this server mean. */
  readonly statuses?: Readonly<Record<string, VerdictKind>>;
  /** How long a fresh object may stay invisible to a query; Elasticsearch refreshes every second by default. */
  readonly indexLagMs?: number;
  /** How long lists of the server (fields, types, templates) are believed. */
  readonly factsMs?: number;
  readonly now: () => number;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** TheHive behind the ports `CaseDesk` and `NewsDesk`. */
export function createTheHiveDesk(deps: TheHiveDeskDeps): CaseDesk & NewsDesk {
  const { client, now, metrics, log } = deps;
  const shared: DeskDeps = {
    client,
    facts: createFactsReader({ client, now, keepMs: deps.factsMs ?? 600_000, log }),
    texts: createDeskTexts(deps.templates, deps.deskTemplates.texts),
    caseTemplates: deps.deskTemplates.cases,
    indexLagMs: deps.indexLagMs ?? 1500,
    log,
    metrics,
  };
  const contents = createContentDesk(shared);
  const cases = createCaseDesk(shared, contents.addComment);
  const verdicts = createVerdictDesk({
    client,
    metrics,
    log,
    statuses: deps.statuses ?? {},
    alertsOfCase: cases.alertsOfCase,
  });
  return {
    ...createAlertDesk(shared),
    ...cases,
    ...contents,
    ...verdicts,
    ownLogin: async () => (await shared.facts.current()).login,
  };
}
