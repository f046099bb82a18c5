/** Alerts: one for each (type, source, sourceRef), made whole or not at all. */
import { type CustomFieldsInput, withCustomFields } from './custom-fields.ts';
import {
  applyPatch,
  badRequest,
  type Caller,
  createError,
  type Hive,
  notFound,
  patchedTags,
  stamp,
} from './hive.ts';
import { newObservables, type ObservableInput, storeObservable } from './observables.ts';
import { alertOutput } from './output.ts';
import { auditEntity, findAlert } from './places.ts';
import { newProcedures, type ProcedureInput, storeProcedures } from './procedures.ts';
import { type Call, param, type Route } from './route.ts';
import { enterStage, stageOf } from './statuses.ts';
import { type AlertEntity, type Place, removeFrom } from './store.ts';

interface AlertInput {
  readonly type: string;
  readonly source: string;
  readonly sourceRef: string;
  readonly title: string;
  readonly description: string;
  readonly externalLink?: string;
  readonly severity?: number;
  readonly date?: number;
  readonly tags?: readonly string[];
  readonly tlp?: number;
  readonly pap?: number;
  readonly status?: string;
  readonly summary?: string;
  readonly assignee?: string;
  readonly caseTemplate?: string;
  readonly customFields?: CustomFieldsInput;
  readonly observables?: readonly ObservableInput[];
  readonly procedures?: readonly ProcedureInput[];
}

/** What a PATCH sets besides tags, custom fields and status, which have rules of their own. */
const PATCHABLE = [
  'type',
  'source',
  'sourceRef',
  'externalLink',
  'title',
  'description',
  'severity',
  'date',
  'lastSyncDate',
  'tlp',
  'pap',
  'follow',
  'summary',
  'assignee',
];

export function alertRoutes(hive: Hive): Route[] {
  const one = (call: Call) => findAlert(hive, param(call, 'alertId'));
  return [
    {
      method: 'POST',
      path: '/alert',
      status: 201,
      right: 'manageAlert/create',
      handle: (call) => alertOutput(hive.state, createAlert(hive, call.who, call.body as AlertInput)),
    },
    {
      method: 'GET',
      path: '/alert/{alertId}',
      status: 200,
      handle: (call) => alertOutput(hive.state, one(call)),
    },
    {
      method: 'PATCH',
      path: '/alert/{alertId}',
      status: 204,
      right: 'manageAlert/update',
      handle: (call) => patchAlert(hive, call.who, one(call), call.body as Record<string, unknown>),
    },
    {
      method: 'DELETE',
      path: '/alert/{alertId}',
      status: 204,
      right: 'manageAlert/delete',
      handle: (call) => {
        const gone = one(call);
        removeFrom(hive.state.alerts, (alert) => alert === gone);
        auditEntity(hive, call.who, gone, 'delete', {});
      },
    },
  ];
}

function createAlert(hive: Hive, who: Caller, input: AlertInput): AlertEntity {
  checkNew(hive, input);
  const status = input.status ?? 'New';
  const stage = stageOf(hive.state.alertStatuses, status);
  const { observables = [], procedures = [], customFields, ...given } = input;
  const alert: AlertEntity = {
    ...stamp(hive, who, 'Alert'),
    severity: 2,
    tlp: 2,
    pap: 2,
    date: hive.now(),
    follow: true,
    ...withoutFlag(given),
    tags: [...(input.tags ?? [])],
    status,
    stage,
    newDate: hive.now(),
    customFields: withCustomFields(hive, [], customFields),
  };
  const place: Place = { kind: 'alert', id: alert._id };
  const freshObservables = observables.flatMap((one) => newObservables(hive, who, place, one));
  const freshProcedures = newProcedures(hive, who, place, procedures);
  hive.state.alerts.push(alert);
  auditEntity(hive, who, alert, 'create', { ...input });
  for (const observable of freshObservables) storeObservable(hive, who, observable, false);
  storeProcedures(hive, who, freshProcedures, false);
  return alert;
}

/** `flag` may be given and is never shown. */
function withoutFlag<T extends object>(given: T): T {
  const { flag: _, ...rest } = given as T & { flag?: unknown };
  return rest as unknown as T;
}

function checkNew(hive: Hive, input: AlertInput): void {
  for (const key of ['type', 'source', 'sourceRef', 'title', 'description'] as const) {
    if (typeof input[key] !== 'string') throw badRequest(`Attribute ${key} is missing`);
  }
  const { type, source, sourceRef, caseTemplate } = input;
  if (
    hive.state.alerts.some(
      (alert) => alert.type === type && alert.source === source && alert.sourceRef === sourceRef,
    )
  ) {
    throw createError(
      `Alert ${type}:${source}:${sourceRef} already exist in organisation SOC`,
      hive.options.duplicateAlertStatus ?? 400,
    );
  }
  if (caseTemplate !== undefined && !hive.state.caseTemplates.some((one) => one.name === caseTemplate)) {
    throw notFound('CaseTemplate not found');
  }
}

export function patchAlert(
  hive: Hive,
  who: Caller,
  alert: AlertEntity,
  input: Readonly<Record<string, unknown>>,
): void {
  const status = input['status'] as string | undefined;
  const stage = status === undefined ? alert.stage : stageOf(hive.state.alertStatuses, status);
  if (status === 'Imported' && alert.stage !== 'Imported') {
    throw badRequest('Status Imported cannot be set by hand');
  }
  const customFields = withCustomFields(
    hive,
    alert.customFields,
    input['customFields'] as CustomFieldsInput | undefined,
  );
  const tags = patchedTags(alert.tags, input);
  const details = applyPatch(hive, who, alert, [...PATCHABLE, 'tags', 'status', 'customFields'], {
    ...input,
    tags,
    customFields,
  });
  if (stage !== alert.stage) Object.assign(details, enterStage(hive, alert, stage));
  if (Object.keys(details).length > 0) auditEntity(hive, who, alert, 'update', details);
}
