/** Entities as TheHive shows them (the OpenAPI document's `Output…` shapes). */
import type {
  CaseTemplateEntity,
  CustomFieldEntity,
  ObservableTypeEntity,
  StatusEntity,
} from './catalogue.ts';
import type {
  AlertEntity,
  AttachmentEntity,
  CaseEntity,
  CommentEntity,
  CustomEventEntity,
  LogEntity,
  ObservableEntity,
  PageEntity,
  ProcedureEntity,
  Stamp,
  State,
  TaskEntity,
} from './store.ts';
import { on } from './store.ts';

export type Output = Readonly<Record<string, unknown>> & { readonly _id: string };

const SEVERITIES = ['', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
const TLPS = ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'];
const PAPS = ['CLEAR', 'GREEN', 'AMBER', 'RED'];

function labels(entity: { readonly tlp: number; readonly pap: number }): Record<string, unknown> {
  return { tlpLabel: TLPS[entity.tlp], papLabel: PAPS[entity.pap], extraData: {} };
}

export function alertOutput(state: State, alert: AlertEntity): Output {
  const { lastSyncDate: _, ...shown } = alert;
  return {
    ...shown,
    ...labels(alert),
    severityLabel: SEVERITIES[alert.severity],
    observableCount: on(state.observables, { kind: 'alert', id: alert._id }).length,
    timeToDetect: Math.max(0, alert._createdAt - alert.date),
  };
}

export function caseOutput(_state: State, entity: CaseEntity): Output {
  return {
    ...entity,
    ...labels(entity),
    severityLabel: SEVERITIES[entity.severity],
    access: { _kind: 'OrganisationAccessKind' },
    timeToDetect: 0,
  };
}

export function observableOutput(_state: State, entity: ObservableEntity): Output {
  const { parent: _, ...shown } = entity;
  return { ...shown, ...labels(entity), reports: {}, external: false };
}

export function commentOutput(_state: State, entity: CommentEntity): Output {
  const { parent: _, _createdBy, _createdAt, _updatedBy, _updatedAt, ...shown } = entity;
  return {
    ...shown,
    createdBy: _createdBy,
    createdAt: _createdAt,
    ...(_updatedAt === undefined ? {} : { updatedBy: _updatedBy, updatedAt: _updatedAt }),
    external: false,
    extraData: {},
  };
}

export function procedureOutput(_state: State, entity: ProcedureEntity): Output {
  const { parent: _, _type, ...shown } = entity;
  return { ...shown, extraData: {} };
}

export function attachmentOutput(_state: State, entity: AttachmentEntity): Output {
  const { parent: _, bytes, ...shown } = entity;
  const id = entity._id.replace('~', 'attachment-');
  return { ...shown, hashes: [], size: bytes.length, id, path: '', extraData: {}, external: false };
}

export function taskOutput(_state: State, entity: TaskEntity): Output {
  const { caseId: _, ...shown } = entity;
  return { ...shown, extraData: {} };
}

export function logOutput(_state: State, entity: LogEntity): Output {
  const { taskId: _, ...shown } = entity;
  return { ...shown, attachments: [], owner: entity._createdBy, extraData: {} };
}

export function pageOutput(_state: State, entity: PageEntity): Output {
  const { caseId: _, ...shown } = entity;
  return { ...shown, extraData: {} };
}

export function customEventOutput(_state: State, entity: CustomEventEntity): Output {
  const { caseId: _, ...shown } = entity;
  return shown;
}

export function customFieldOutput(_state: State, entity: CustomFieldEntity): Output {
  return { ...entity, extraData: {} };
}

export function observableTypeOutput(_state: State, entity: ObservableTypeEntity): Output {
  return { ...entity };
}

export function statusOutput(_state: State, entity: StatusEntity): Output {
  return { ...entity, extraData: {} };
}

export function caseTemplateOutput(_state: State, entity: CaseTemplateEntity): Output {
  const { pages: _, tasks, ...shown } = entity;
  const { _createdBy, _createdAt } = entity;
  return {
    ...shown,
    ...(entity.severity === undefined ? {} : { severityLabel: SEVERITIES[entity.severity] }),
    ...(entity.tlp === undefined ? {} : { tlpLabel: TLPS[entity.tlp] }),
    ...(entity.pap === undefined ? {} : { papLabel: PAPS[entity.pap] }),
    tasks: tasks.map((task, index) => ({
      ...newTask(task, index),
      _id: `${entity._id}${index}`,
      _type: 'Task',
      _createdBy,
      _createdAt,
      extraData: {},
    })),
    extraData: {},
  };
}

/** A task's own fields with TheHive's defaults. */
export function newTask(
  input: Partial<TaskEntity> & { readonly title: string },
  order: number,
): Omit<TaskEntity, keyof Stamp | 'caseId'> {
  return { group: 'default', status: 'Waiting', flag: false, mandatory: false, order, ...input };
}
