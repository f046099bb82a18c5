/**
 * What the emulated TheHive holds: plain arrays that a test may read. Rooms next to
 * this file say what a request does to them. Not a database: nothing is indexed, and
 * nothing outlives the process.
 */
import type {
  CaseTemplateEntity,
  CustomFieldEntity,
  ObservableTypeEntity,
  StatusEntity,
} from './catalogue.ts';

export interface Stamp {
  readonly _id: string;
  readonly _type: string;
  readonly _createdBy: string;
  readonly _createdAt: number;
  _updatedBy?: string;
  _updatedAt?: number;
}

/** The alert or case that something hangs on. */
export interface Place {
  readonly kind: 'alert' | 'case';
  readonly id: string;
}

export interface CustomFieldValue {
  readonly _id: string;
  readonly name: string;
  readonly type: string;
  value: unknown;
  readonly order: number;
}

interface Handled extends Stamp {
  title: string;
  description: string;
  severity: number;
  tlp: number;
  pap: number;
  tags: string[];
  status: string;
  stage: string;
  assignee?: string;
  summary?: string;
  customFields: CustomFieldValue[];
  readonly newDate: number;
  inProgressDate?: number;
  closedDate?: number;
}

export interface AlertEntity extends Handled {
  type: string;
  source: string;
  sourceRef: string;
  date: number;
  follow: boolean;
  externalLink?: string;
  caseTemplate?: string;
  caseId?: string;
  importedDate?: number;
  lastSyncDate?: number;
}

export interface CaseEntity extends Handled {
  readonly number: number;
  startDate: number;
  endDate?: number;
  flag: boolean;
  impactStatus?: string;
}

export interface ObservableEntity extends Stamp {
  readonly parent: Place;
  dataType: string;
  data: string;
  readonly startDate: number;
  message?: string;
  tlp: number;
  pap: number;
  tags: string[];
  ioc: boolean;
  sighted: boolean;
  sightedAt?: number;
  ignoreSimilarity: boolean;
}

export interface CommentEntity extends Stamp {
  readonly parent: Place;
  message: string;
  isEdited: boolean;
}

export interface ProcedureEntity extends Stamp {
  readonly parent: Place;
  patternId: string;
  occurDate: number;
  tactic?: string;
  description?: string;
}

export interface AttachmentEntity extends Stamp {
  readonly parent: Place;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

export interface TaskEntity extends Stamp {
  readonly caseId: string;
  title: string;
  group: string;
  description?: string;
  status: string;
  flag: boolean;
  startDate?: number;
  endDate?: number;
  dueDate?: number;
  assignee?: string;
  order: number;
  mandatory: boolean;
}

export interface LogEntity extends Stamp {
  readonly taskId: string;
  message: string;
  readonly date: number;
  includeInTimeline?: number;
}

export interface PageEntity extends Stamp {
  readonly caseId: string;
  title: string;
  content: string;
  category: string;
  order: number;
}

export interface CustomEventEntity extends Stamp {
  readonly caseId: string;
  date: number;
  endDate?: number;
  title: string;
  description?: string;
}

/** One request as it came in; `status` 0 means that the connection was cut. */
export interface LoggedRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  body: unknown;
  login: string | undefined;
  fault: string | undefined;
  status: number;
}

export interface State {
  readonly alerts: AlertEntity[];
  readonly cases: CaseEntity[];
  readonly observables: ObservableEntity[];
  readonly comments: CommentEntity[];
  readonly procedures: ProcedureEntity[];
  readonly attachments: AttachmentEntity[];
  readonly tasks: TaskEntity[];
  readonly logs: LogEntity[];
  readonly pages: PageEntity[];
  readonly customEvents: CustomEventEntity[];
  readonly customFields: CustomFieldEntity[];
  readonly observableTypes: ObservableTypeEntity[];
  readonly caseTemplates: CaseTemplateEntity[];
  readonly alertStatuses: StatusEntity[];
  readonly caseStatuses: StatusEntity[];
  readonly requests: LoggedRequest[];
}

export function emptyState(): State {
  return {
    alerts: [],
    cases: [],
    observables: [],
    comments: [],
    procedures: [],
    attachments: [],
    tasks: [],
    logs: [],
    pages: [],
    customEvents: [],
    customFields: [],
    observableTypes: [],
    caseTemplates: [],
    alertStatuses: [],
    caseStatuses: [],
    requests: [],
  };
}

/** What hangs on `place`, oldest first. */
export function on<T extends { readonly parent: Place }>(all: readonly T[], place: Place): T[] {
  return all.filter((entity) => entity.parent.kind === place.kind && entity.parent.id === place.id);
}

export function removeFrom<T>(all: T[], gone: (entity: T) => boolean): void {
  for (let index = all.length - 1; index >= 0; index--) {
    if (gone(all[index]!)) all.splice(index, 1);
  }
}
