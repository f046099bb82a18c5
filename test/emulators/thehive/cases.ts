/** Cases: made from a template or bare, numbered from 1, patched without any condition. */

import type { CaseTemplateEntity, PageInput, TaskInput } from './catalogue.ts';
import { type CustomFieldsInput, withCustomFields } from './custom-fields.ts';
import { applyPatch, badRequest, type Caller, type Hive, notFound, patchedTags, stamp } from './hive.ts';
import { caseOutput } from './output.ts';
import { addPage } from './pages.ts';
import { auditEntity, auditObject, findCase } from './places.ts';
import { type Call, param, type Route } from './route.ts';
import { enterStage, stageOf } from './statuses.ts';
import { type CaseEntity, type CustomFieldValue, removeFrom } from './store.ts';
import { addTask } from './tasks.ts';

export interface CaseInput {
  readonly title: string;
  readonly description: string;
  readonly severity?: number;
  readonly tlp?: number;
  readonly pap?: number;
  readonly startDate?: number;
  readonly endDate?: number;
  readonly flag?: boolean;
  readonly tags?: readonly string[];
  readonly status?: string;
  readonly summary?: string;
  readonly assignee?: string;
  readonly customFields?: CustomFieldsInput;
  /** Name or id. */
  readonly caseTemplate?: string;
  readonly tasks?: readonly TaskInput[];
  readonly pages?: readonly PageInput[];
}

/** What only a promotion brings. */
interface Origin {
  readonly fromAlert?: Readonly<Record<string, unknown>>;
  readonly customFields?: readonly CustomFieldValue[];
}

const PATCHABLE = [
  'title',
  'description',
  'severity',
  'startDate',
  'endDate',
  'flag',
  'tlp',
  'pap',
  'summary',
  'assignee',
  'impactStatus',
];
const IMPACTS = ['NotApplicable', 'WithImpact', 'NoImpact'];

export function caseRoutes(hive: Hive): Route[] {
  const one = (call: Call) => findCase(hive, param(call, 'idOrName'));
  return [
    {
      method: 'POST',
      path: '/case',
      status: 201,
      right: 'manageCase/create',
      handle: (call) => caseOutput(hive.state, createCase(hive, call.who, call.body as CaseInput)),
    },
    {
      method: 'GET',
      path: '/case/{idOrName}',
      status: 200,
      handle: (call) => caseOutput(hive.state, one(call)),
    },
    {
      method: 'PATCH',
      path: '/case/{idOrName}',
      status: 204,
      right: 'manageCase/update',
      handle: (call) => patchCase(hive, call.who, one(call), call.body as Record<string, unknown>),
    },
    {
      method: 'DELETE',
      path: '/case/{idOrName}',
      status: 204,
      right: 'manageCase/delete',
      handle: (call) => {
        const gone = one(call);
        removeFrom(hive.state.cases, (entity) => entity === gone);
        const context = { _id: '~4', _type: 'Organisation', name: 'SOC' };
        auditEntity(hive, call.who, gone, 'delete', {}, { rootId: '~4', context });
      },
    },
  ];
}

function findTemplate(hive: Hive, name: string | undefined): CaseTemplateEntity | undefined {
  if (name === undefined) return undefined;
  const found = hive.state.caseTemplates.find((one) => one.name === name || one._id === name);
  if (found === undefined) throw notFound('CaseTemplate not found');
  return found;
}

export function createCase(hive: Hive, who: Caller, input: CaseInput, origin: Origin = {}): CaseEntity {
  const template = findTemplate(hive, input.caseTemplate);
  const entity = newCase(hive, who, input, template, origin);
  hive.state.cases.push(entity);
  const object = auditObject(hive, entity);
  const { customFields: _, ...details } = input;
  if (origin.fromAlert === undefined) {
    auditEntity(hive, who, entity, 'create', details);
  } else {
    auditEntity(
      hive,
      who,
      entity,
      'create',
      { ...details, fromAlert: origin.fromAlert },
      { object: { ...object, title: `[Import in progress: 0%] ${entity.title}` } },
    );
  }
  auditEntity(hive, who, entity, 'update', { share: { organisation: 'SOC' } }, { mainAction: false });
  for (const task of input.tasks ?? template?.tasks ?? []) addTask(hive, who, entity._id, task, false);
  for (const page of [...(template?.pages ?? []), ...(input.pages ?? [])]) {
    addPage(hive, who, entity._id, page, false);
  }
  return entity;
}

function newCase(
  hive: Hive,
  who: Caller,
  input: CaseInput,
  template: CaseTemplateEntity | undefined,
  origin: Origin,
): CaseEntity {
  const { tasks: _, pages, caseTemplate, customFields, ...given } = input;
  const status = input.status ?? 'New';
  const templateValues = (template?.customFields ?? []).filter(
    (field) => !origin.customFields?.some((other) => other.name === field.name),
  );
  const values = [...templateValues, ...(origin.customFields ?? [])].map((field) => ({ ...field }));
  const stage = stageOf(hive.state.caseStatuses, status);
  const prefix = template?.titlePrefix;
  return {
    ...stamp(hive, who, 'Case'),
    severity: template?.severity ?? 2,
    tlp: template?.tlp ?? 2,
    pap: template?.pap ?? 2,
    flag: template?.flag ?? false,
    startDate: hive.now(),
    ...given,
    title: prefix === undefined ? input.title : `${prefix} ${input.title}`,
    tags: [...new Set([...(template?.tags ?? []), ...(input.tags ?? [])])],
    customFields: withCustomFields(hive, values, customFields),
    status,
    stage,
    newDate: hive.now(),
    number: hive.nextCaseNumber(),
  };
}

export function patchCase(
  hive: Hive,
  who: Caller,
  entity: CaseEntity,
  input: Readonly<Record<string, unknown>>,
): void {
  const status = input['status'] as string | undefined;
  const stage = status === undefined ? entity.stage : stageOf(hive.state.caseStatuses, status);
  const impact = input['impactStatus'];
  if (typeof impact === 'string' && !IMPACTS.includes(impact)) {
    throw badRequest(`Impact status ${impact} is not known`);
  }
  const customFields = withCustomFields(
    hive,
    entity.customFields,
    input['customFields'] as CustomFieldsInput | undefined,
  );
  const tags = patchedTags(entity.tags, input);
  const details = applyPatch(hive, who, entity, [...PATCHABLE, 'tags', 'status', 'customFields'], {
    ...input,
    tags,
    customFields,
  });
  if (stage !== entity.stage) Object.assign(details, enterStage(hive, entity, stage));
  if (Object.keys(details).length > 0) auditEntity(hive, who, entity, 'update', details);
}
