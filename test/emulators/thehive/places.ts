/** Finds alerts and cases, and says how an audit shows the parent of something. */
import { customFieldMap } from './custom-fields.ts';
import { type Audit, type Caller, type Hive, notFound } from './hive.ts';
import { alertOutput, caseOutput } from './output.ts';
import type { AlertEntity, CaseEntity, Place } from './store.ts';

/** By `_id` or by `type;source;sourceRef`. */
export function findAlert(hive: Hive, idOrName: string): AlertEntity {
  const found = hive.state.alerts.find(
    (alert) => alert._id === idOrName || [alert.type, alert.source, alert.sourceRef].join(';') === idOrName,
  );
  if (found === undefined) throw notFound('Alert not found');
  return found;
}

/** By `_id` or by number. */
export function findCase(hive: Hive, idOrNumber: string): CaseEntity {
  const found = hive.state.cases.find(
    (entity) => entity._id === idOrNumber || String(entity.number) === idOrNumber,
  );
  if (found === undefined) throw notFound('Case not found');
  return found;
}

export function findPlace(hive: Hive, kind: Place['kind'], idOrName: string): Place {
  const entity = kind === 'alert' ? findAlert(hive, idOrName) : findCase(hive, idOrName);
  return { kind, id: entity._id };
}

/** An alert or case as a webhook body shows it. */
export function auditObject(hive: Hive, entity: AlertEntity | CaseEntity): Record<string, unknown> {
  const { customFields: _, ...shown } =
    entity._type === 'Alert'
      ? alertOutput(hive.state, entity as AlertEntity)
      : caseOutput(hive.state, entity as CaseEntity);
  return { ...shown, customFieldValues: customFieldMap(entity.customFields) };
}

export function placeObject(hive: Hive, place: Place): Record<string, unknown> {
  return auditObject(hive, place.kind === 'alert' ? findAlert(hive, place.id) : findCase(hive, place.id));
}

/** Tells of a change to an alert or case itself. */
export function auditEntity(
  hive: Hive,
  who: Caller,
  entity: AlertEntity | CaseEntity,
  action: Audit['action'],
  details: Readonly<Record<string, unknown>>,
  extra: Partial<Pick<Audit, 'rootId' | 'context' | 'object' | 'mainAction'>> = {},
): void {
  hive.audit(who, {
    action,
    objectType: entity._type,
    objectId: entity._id,
    rootId: entity._id,
    details,
    object: auditObject(hive, entity),
    context: auditObject(hive, entity),
    ...extra,
  });
}

/** Tells of a change to something that hangs on an alert or case. */
export function auditChild(
  hive: Hive,
  who: Caller,
  place: Place,
  action: Audit['action'],
  objectType: string,
  object: Readonly<Record<string, unknown>> & { readonly _id: string },
  details: Readonly<Record<string, unknown>>,
  mainAction = true,
): void {
  const context = placeObject(hive, place);
  hive.audit(who, {
    action,
    objectType,
    objectId: object._id,
    rootId: place.id,
    details,
    ...(action === 'delete' ? {} : { object: { ...object, [place.kind]: context } }),
    context,
    mainAction,
  });
}
