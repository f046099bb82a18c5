/** The statuses that TheHive ships; a custom one may be added. The stage follows from the status, always. */

import type { StatusEntity } from './catalogue.ts';
import { badRequest, type Hive } from './hive.ts';
import type { AlertEntity, CaseEntity } from './store.ts';

export const SHIPPED_ALERT_STATUSES: Readonly<Record<string, string>> = {
  New: 'New',
  InProgress: 'InProgress',
  Imported: 'Imported',
  Ignored: 'Closed',
  FalsePositive: 'Closed',
  Duplicate: 'Closed',
};

export const SHIPPED_CASE_STATUSES: Readonly<Record<string, string>> = {
  New: 'New',
  InProgress: 'InProgress',
  TruePositive: 'Closed',
  FalsePositive: 'Closed',
  Indeterminate: 'Closed',
  Duplicated: 'Closed',
  Other: 'Closed',
};

/** The stage of a status; an unknown one is refused. */
export function stageOf(statuses: readonly StatusEntity[], value: string): string {
  const found = statuses.find((status) => status.value === value);
  if (found === undefined) throw badRequest(`Status ${value} is not known`);
  return found.stage;
}

/** Notes when the object came to its stage and returns what a webhook would name as changed besides the status. */
export function enterStage(
  hive: Hive,
  entity: AlertEntity | CaseEntity,
  stage: string,
): Record<string, unknown> {
  const changed: Record<string, unknown> = { stage };
  entity.stage = stage;
  if (stage === 'InProgress') entity.inProgressDate ??= hive.now();
  if (stage === 'Closed') entity.closedDate = hive.now();
  if (stage === 'Closed' && entity._type === 'Case') {
    changed['endDate'] = hive.now();
    (entity as CaseEntity).endDate = hive.now();
  }
  return changed;
}
