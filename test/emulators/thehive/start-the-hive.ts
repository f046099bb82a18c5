/**
 * An emulated TheHive 5.6.2 in this process, for tests and the demo: stateful, checked
 * against the official OpenAPI document, with scripted faults and webhooks. What it
 * stands for and where it guesses: docs/adr/0004-emulators.md.
 */
import type { AddressInfo } from 'node:net';
import { adminRoutes, seed } from './admin.ts';
import { alertRoutes } from './alerts.ts';
import { type Analyst, createAnalyst } from './analyst.ts';
import { attachmentRoutes } from './attachments.ts';
import { caseRoutes } from './cases.ts';
import { commentRoutes } from './comments.ts';
import { addControlRoutes } from './control.ts';
import { createFaults, type Faults } from './faults.ts';
import type { Hive, TheHiveOptions } from './hive.ts';
import { importRoutes } from './import.ts';
import { observableRoutes } from './observables.ts';
import { pageRoutes } from './pages.ts';
import { procedureRoutes } from './procedures.ts';
import { createServer } from './server.ts';
import { ADMIN_LOGIN, ADMIN_RIGHTS, SERVICE_LOGIN, SERVICE_RIGHTS, statusRoutes } from './status-routes.ts';
import { emptyState, type State } from './store.ts';
import { taskRoutes } from './tasks.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

export interface TheHiveEmulator {
  /** `http://127.0.0.1:<port>`, without a path. */
  readonly url: string;
  /** Key of trailhive's service account in the organisation SOC. */
  readonly apiKey: string;
  /** Key of the administrator: custom fields, observable types, statuses; no alerts or cases. */
  readonly adminKey: string;
  /** Login behind `apiKey`. */
  readonly login: string;
  /** What TheHive holds. Read it; change it through the API or the analyst. */
  readonly state: State;
  readonly faults: Faults;
  readonly analyst: Analyst;
  readonly webhooks: Webhooks;
  /** What would spoil `assertClean` so far, in words. */
  problems(): readonly string[];
  /** Throws if a route was unknown, a request or answer broke the contract, or a fault met nobody. */
  assertClean(): void;
  stop(): Promise<void>;
}

export async function startTheHive(options: TheHiveOptions = {}): Promise<TheHiveEmulator> {
  const hive = createHive(options);
  const keys = { apiKey: 'emulator-service-key', adminKey: 'emulator-admin-key' };
  const faults = createFaults();
  const problems: string[] = [];
  const rightsOf = (login: string) =>
    login === ADMIN_LOGIN ? ADMIN_RIGHTS : (options.permissions ?? SERVICE_RIGHTS);
  const server = createServer({
    hive,
    faults,
    problems,
    rightsOf,
    routes: [
      ...alertRoutes(hive),
      ...importRoutes(hive),
      ...caseRoutes(hive),
      ...observableRoutes(hive),
      ...procedureRoutes(hive),
      ...commentRoutes(hive),
      ...taskRoutes(hive),
      ...pageRoutes(hive),
      ...attachmentRoutes(hive),
      ...adminRoutes(hive),
      ...statusRoutes(hive, rightsOf),
    ],
    callerOf(key) {
      if (key === keys.apiKey) return { login: SERVICE_LOGIN, organisation: 'SOC' };
      if (key === keys.adminKey) return { login: ADMIN_LOGIN, organisation: 'admin' };
      return undefined;
    },
  });
  const analyst = createAnalyst(hive);
  addControlRoutes(server.app, { state: hive.state, analyst, webhooks: hive.webhooks });
  await server.app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const { port } = server.app.server.address() as AddressInfo;
  const found = () => [
    ...problems,
    ...faults.unconsumed().map((fault) => `scripted fault met nobody: ${fault}`),
  ];
  return {
    url: `http://127.0.0.1:${port}`,
    ...keys,
    login: SERVICE_LOGIN,
    state: hive.state,
    faults,
    analyst,
    webhooks: hive.webhooks,
    problems: found,
    assertClean() {
      if (found().length > 0) throw new Error(`TheHive emulator:\n- ${found().join('\n- ')}`);
    },
    async stop() {
      await server.stop();
      await hive.webhooks.stop();
    },
  };
}

function createHive(options: TheHiveOptions): Hive & { webhooks: ReturnType<typeof createWebhooks> } {
  let ids = 512;
  let numbers = 0;
  const now = options.now ?? Date.now;
  const nextId = () => `~${++ids * 8}`;
  const webhooks = createWebhooks({ now, nextId });
  const hive = {
    state: emptyState(),
    options,
    now,
    nextId,
    nextCaseNumber: () => ++numbers,
    webhooks,
    audit: webhooks.emit,
  };
  // Long there: the index knows it whatever its delay.
  seed({ ...hive, now: () => 0 }, { login: ADMIN_LOGIN, organisation: 'admin', requestId: 'seed' });
  return hive;
}
