/**
 * How an alert comes into a case: promote (a new case), merge (its text is appended)
 * and import (no text). What the alert holds is copied at that moment and never
 * again: whatever is added to the alert later stays on the alert.
 */
import { type CaseInput, createCase } from './cases.ts';
import { applyPatch, badRequest, type Caller, type Hive, notFound } from './hive.ts';
import { storeObservable } from './observables.ts';
import { caseOutput } from './output.ts';
import { auditEntity, auditObject, findAlert, findCase } from './places.ts';
import { storeProcedures } from './procedures.ts';
import { type Call, param, type Route } from './route.ts';
import { type AlertEntity, type CaseEntity, on, type Place } from './store.ts';

/** Alerts that one merge call may name (`alert.maxMergeInCase`). */
const MERGE_LIMIT = 50;

export function importRoutes(hive: Hive): Route[] {
  const right = 'manageAlert/import';
  const intoCase = (call: Call, withText: boolean) => {
    const alert = findAlert(hive, param(call, 'alertId'));
    const target = findCase(hive, param(call, 'caseId'));
    importAlert(hive, call.who, alert, target, withText);
    return caseOutput(hive.state, target);
  };
  return [
    {
      method: 'POST',
      path: '/alert/{alertId}/case',
      status: 201,
      right,
      handle: (call) => {
        const alert = findAlert(hive, param(call, 'alertId'));
        return caseOutput(
          hive.state,
          promote(hive, call.who, alert, (call.body ?? {}) as Partial<CaseInput>),
        );
      },
    },
    {
      method: 'POST',
      path: '/alert/{alertId}/merge/{caseId}',
      status: 200,
      right,
      handle: (call) => intoCase(call, true),
    },
    {
      method: 'POST',
      path: '/alert/{alertId}/import/{caseId}',
      status: 200,
      right,
      handle: (call) => intoCase(call, false),
    },
    {
      method: 'POST',
      path: '/alert/merge/_bulk',
      status: 200,
      right,
      handle: (call) => mergeMany(hive, call),
    },
    {
      method: 'DELETE',
      path: '/case/{caseId}/alert/{alertId}',
      status: 204,
      right: 'manageCase/update',
      handle: (call) =>
        detach(
          hive,
          call.who,
          findCase(hive, param(call, 'caseId')),
          findAlert(hive, param(call, 'alertId')),
        ),
    },
  ];
}

function promote(hive: Hive, who: Caller, alert: AlertEntity, input: Partial<CaseInput>): CaseEntity {
  if (alert.caseId !== undefined) {
    if (hive.options.promoteTwice === 'refuse') throw badRequest('Alert is already imported');
    return findCase(hive, alert.caseId);
  }
  const { _id, type, source, sourceRef, title, description, severity, tlp, pap } = alert;
  const template = input.caseTemplate ?? alert.caseTemplate;
  const created = createCase(
    hive,
    who,
    {
      title,
      description,
      severity,
      tlp,
      pap,
      ...input,
      tags: [...new Set([...alert.tags, ...(input.tags ?? [])])],
      ...(template === undefined ? {} : { caseTemplate: template }),
    },
    { fromAlert: { _id, type, source, sourceRef, title }, customFields: alert.customFields },
  );
  copyInto(hive, who, alert, created, false);
  return created;
}

function importAlert(
  hive: Hive,
  who: Caller,
  alert: AlertEntity,
  target: CaseEntity,
  withText: boolean,
): void {
  if (alert.caseId !== undefined) throw badRequest('Alert is already imported');
  const names = new Set(target.customFields.map((field) => field.name));
  const customFields = [
    ...target.customFields,
    ...alert.customFields.filter((field) => !names.has(field.name)),
  ];
  const tags = [...new Set([...target.tags, ...alert.tags])];
  const appended = `\n  \n#### Merged with alert #${alert.sourceRef} ${alert.title}\n\n${alert.description}`;
  const description = withText ? target.description + appended : target.description;
  const details = applyPatch(hive, who, target, ['customFields', 'tags', 'description'], {
    customFields,
    tags,
    description,
  });
  copyInto(hive, who, alert, target, true);
  if (Object.keys(details).length > 0)
    auditEntity(hive, who, target, 'update', details, { mainAction: false });
}

/** Links the alert to the case and copies what it holds. Comments come along with merge and import only. */
function copyInto(hive: Hive, who: Caller, alert: AlertEntity, target: CaseEntity, isMerge: boolean): void {
  const from: Place = { kind: 'alert', id: alert._id };
  const parent: Place = { kind: 'case', id: target._id };
  Object.assign(alert, {
    caseId: target._id,
    status: 'Imported',
    stage: 'Imported',
    importedDate: hive.now(),
    _updatedBy: who.login,
    _updatedAt: hive.now(),
  });
  const action = isMerge ? (hive.options.mergeAction ?? 'update') : 'update';
  const context = auditObject(hive, target);
  auditEntity(
    hive,
    who,
    alert,
    action,
    { caseId: target._id },
    { rootId: target._id, context, mainAction: isMerge },
  );
  const { state } = hive;
  const fresh = () => ({ parent, _id: hive.nextId(), _createdAt: hive.now() });
  for (const one of on(state.observables, from)) {
    storeObservable(hive, who, { ...one, ...fresh(), tags: [...one.tags] }, false);
  }
  const procedures = on(state.procedures, from).map((one) => ({ ...one, ...fresh() }));
  storeProcedures(hive, who, procedures, false);
  for (const one of on(state.attachments, from)) state.attachments.push({ ...one, ...fresh() });
  if (!isMerge) return;
  for (const one of on(state.comments, from)) state.comments.push({ ...one, parent, _id: hive.nextId() });
}

function mergeMany(hive: Hive, call: Call): unknown {
  const { caseId, alertIds = [] } = call.body as { caseId: string; alertIds?: string[] };
  if (alertIds.length > MERGE_LIMIT) throw badRequest(`At most ${MERGE_LIMIT} alerts can be merged at once`);
  const target = findCase(hive, caseId);
  const alerts = alertIds.map((id) => findAlert(hive, id));
  if (alerts.some((alert) => alert.caseId !== undefined)) throw badRequest('Alert is already imported');
  for (const alert of alerts) importAlert(hive, call.who, alert, target, true);
  return caseOutput(hive.state, target);
}

function detach(hive: Hive, who: Caller, from: CaseEntity, alert: AlertEntity): void {
  if (alert.caseId !== from._id) throw notFound('Alert not found');
  delete alert.caseId;
  delete alert.importedDate;
  Object.assign(alert, { status: 'New', stage: 'New', _updatedBy: who.login, _updatedAt: hive.now() });
  auditEntity(
    hive,
    who,
    alert,
    'update',
    { caseId: null, status: 'New', stage: 'New' },
    { rootId: from._id },
  );
}
