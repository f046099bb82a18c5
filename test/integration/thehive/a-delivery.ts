import { createMemoryAlerts } from '../../../src/adapters/memory/alerts.ts';
import { createMemoryIncidents } from '../../../src/adapters/memory/incidents.ts';
import { createMemoryLocks } from '../../../src/adapters/memory/locks.ts';
import type { Alert, StoredAlert } from '../../../src/domain/alert.ts';
import type { JournalEntry } from '../../../src/domain/journal.ts';
import type { AlertStore, CaseDesk, IncidentStore, NewsDesk } from '../../../src/domain/ports.ts';
import {
  createDeliverAlert,
  type DeliverAlert,
  type DeliverAlertDeps,
} from '../../../src/jobs/deliver-alert.ts';
import { HOUR } from '../../helpers/a-finding.ts';
import type { DeskSetting } from './a-desk.ts';

export interface Delivery {
  readonly alerts: AlertStore;
  readonly incidents: IncidentStore;
  readonly accepted: { readonly fingerprint: string; readonly revision: number }[];
  readonly journal: JournalEntry[];
  readonly playbookRuns: string[];
  /** Stores the content as dedupe and group would, without delivering it. */
  store(alert: Alert, lineage?: readonly string[]): Promise<StoredAlert>;
  /** Stores and delivers, then runs what that queued, as the workers would. */
  bring(alert: Alert, lineage?: readonly string[]): Promise<void>;
  /** Runs the job for an alert and all that it queues. */
  run(fingerprint: string): Promise<void>;
  deliver: DeliverAlert;
  /** Works in another process: same stores, nothing remembered. */
  restart(desk?: CaseDesk & NewsDesk): void;
}

/** The job `deliver-alert` on in-memory stores, in front of the setting's TheHive. */
export function aDelivery(setting: DeskSetting, overrides: Partial<DeliverAlertDeps> = {}): Delivery {
  const alerts = createMemoryAlerts();
  const incidents = createMemoryIncidents();
  const accepted: { fingerprint: string; revision: number }[] = [];
  const journal: JournalEntry[] = [];
  const playbookRuns: string[] = [];
  const queued: string[] = [];
  const unused = () => Promise.reject(new Error('not used by the delivery'));
  const deps = (desk: CaseDesk & NewsDesk): DeliverAlertDeps => ({
    desk,
    alerts,
    incidents,
    locks: createMemoryLocks(),
    metrics: setting.metrics,
    log: setting.log,
    options: { caseSeverity: 'medium' },
    journal: {
      async append(entries) {
        journal.push(...entries);
      },
      now: setting.clock.now,
    },
    receipts: {
      open: unused,
      stagesDone: unused,
      settled: unused,
      waiting: unused,
      waitsFor: unused,
      close: unused,
      async accepted(fingerprint, revision) {
        accepted.push({ fingerprint, revision });
      },
    },
    queue: {
      addBatches: unused,
      addVerdictHints: unused,
      backlog: unused,
      async addDeliveries(items) {
        queued.push(...items.map(({ fingerprint }) => fingerprint));
      },
      async addPlaybookRuns(items) {
        playbookRuns.push(...items.map((item) => `${item.playbook}@${item.version} ${item.fingerprint}`));
      },
    },
    ...overrides,
  });
  const delivery: Delivery = {
    alerts,
    incidents,
    accepted,
    journal,
    playbookRuns,
    deliver: createDeliverAlert(deps(setting.desk)),
    restart(desk = setting.anotherDesk()) {
      delivery.deliver = createDeliverAlert(deps(desk));
    },
    async store(alert, lineage = ['arn:aws:iam::111122223333:user/alice']) {
      const before = await alerts.read(alert.fingerprint);
      await alerts.write(alert, before?.revision ?? 0);
      const { fingerprint, firstSeen, lastSeen } = alert;
      await incidents.link({ fingerprint, lineage, firstSeen, lastSeen }, 72 * HOUR);
      const stored = await alerts.read(fingerprint);
      if (stored === undefined) throw new Error('not stored');
      return stored;
    },
    async bring(alert, lineage) {
      await delivery.store(alert, lineage);
      await delivery.run(alert.fingerprint);
    },
    async run(fingerprint) {
      queued.push(fingerprint);
      for (let next = queued.shift(); next !== undefined; next = queued.shift()) {
        // A second or two pass between jobs, so the index has caught up.
        await setting.clock.wait(2000);
        await delivery.deliver({ fingerprint: next, revision: 1 });
      }
    },
  };
  return delivery;
}
