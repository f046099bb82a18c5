/** A person at TheHive's screen: changes things under another login than trailhive's, and the webhooks tell of it. */
import { patchAlert } from './alerts.ts';
import { patchCase } from './cases.ts';
import { addComment } from './comments.ts';
import type { Caller, Hive } from './hive.ts';
import { findAlert, findCase, findPlace } from './places.ts';
import type { Place } from './store.ts';
import { findTask, patchTask } from './tasks.ts';

export const ANALYST_LOGIN = 'ana@soc.example';

export interface Verdict {
  readonly status: string;
  readonly summary?: string;
  readonly impactStatus?: string;
}

/** Cases are named by id or number, alerts by id or `type;source;sourceRef`. */
export interface Analyst {
  readonly login: string;
  closeCase(idOrNumber: string | number, verdict: Verdict): void;
  reopenCase(idOrNumber: string | number): void;
  editCase(idOrNumber: string | number, patch: Readonly<Record<string, unknown>>): void;
  closeAlert(idOrName: string, verdict: Omit<Verdict, 'impactStatus'>): void;
  reopenAlert(idOrName: string): void;
  editAlert(idOrName: string, patch: Readonly<Record<string, unknown>>): void;
  comment(kind: Place['kind'], idOrName: string | number, message: string): void;
  editTask(id: string, patch: Readonly<Record<string, unknown>>): void;
}

export function createAnalyst(hive: Hive): Analyst {
  const who = (): Caller => ({
    login: ANALYST_LOGIN,
    organisation: 'SOC',
    requestId: `analyst:${hive.nextId()}`,
  });
  const editCase: Analyst['editCase'] = (id, patch) =>
    patchCase(hive, who(), findCase(hive, String(id)), patch);
  const editAlert: Analyst['editAlert'] = (id, patch) => patchAlert(hive, who(), findAlert(hive, id), patch);
  return {
    login: ANALYST_LOGIN,
    editCase,
    editAlert,
    closeCase: (id, verdict) => editCase(id, { ...verdict }),
    reopenCase: (id) => editCase(id, { status: 'InProgress' }),
    closeAlert: (id, verdict) => editAlert(id, { ...verdict }),
    reopenAlert: (id) => editAlert(id, { status: 'InProgress' }),
    comment: (kind, id, message) => {
      addComment(hive, who(), findPlace(hive, kind, String(id)), message);
    },
    editTask: (id, patch) => patchTask(hive, who(), findTask(hive, id), patch),
  };
}
