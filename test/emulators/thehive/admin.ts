/** What an administrator sets up: custom fields, observable types, statuses; and the organisation's case templates. */

import type {
  CaseTemplateEntity,
  CustomFieldEntity,
  PageInput,
  StatusEntity,
  TaskInput,
} from './catalogue.ts';
import { type CustomFieldsInput, withCustomFields } from './custom-fields.ts';
import { applyPatch, type Caller, createError, type Hive, notFound, stamp } from './hive.ts';
import { caseTemplateOutput, customFieldOutput, observableTypeOutput, statusOutput } from './output.ts';
import { type Call, param, type Route } from './route.ts';
import { SHIPPED_ALERT_STATUSES, SHIPPED_CASE_STATUSES } from './statuses.ts';
import { removeFrom } from './store.ts';

const OBSERVABLE_TYPES =
  'autonomous-system domain file filename fqdn hash hostname ip mail mail-subject other regexp registry uri_path url user-agent';

interface CaseTemplateInput {
  readonly name: string;
  readonly displayName?: string;
  readonly flag?: boolean;
  readonly tags?: readonly string[];
  readonly customFields?: CustomFieldsInput;
  readonly tasks?: readonly TaskInput[];
  readonly pageTemplates?: readonly PageInput[];
  readonly pageTemplateIds?: readonly string[];
}

type StatusInput = Pick<StatusEntity, 'value' | 'stage'> & Partial<StatusEntity>;

/** What a new TheHive has, and what the test asked for besides. */
export function seed(hive: Hive, who: Caller): void {
  const { state, options } = hive;
  for (const name of [...OBSERVABLE_TYPES.split(' '), ...(options.observableTypes ?? [])]) {
    state.observableTypes.push({
      ...stamp(hive, who, 'ObservableType'),
      name,
      isAttachment: name === 'file',
    });
  }
  const statuses = (type: string, shipped: Readonly<Record<string, string>>) =>
    Object.entries(shipped).map(([value, stage], order) =>
      newStatus(hive, who, type, { value, stage, order }),
    );
  state.alertStatuses.push(...statuses('AlertStatus', SHIPPED_ALERT_STATUSES));
  state.caseStatuses.push(...statuses('CaseStatus', SHIPPED_CASE_STATUSES));
  for (const { name, type } of options.customFields ?? []) {
    createCustomField(hive, who, { name, type, group: 'default', description: name });
  }
}

export function adminRoutes(hive: Hive): Route[] {
  const { state } = hive;
  const customField = (call: Call) => {
    const id = param(call, 'customFieldId');
    const found = state.customFields.find((field) => field._id === id || field.name === id);
    if (found === undefined) throw notFound('CustomField not found');
    return found;
  };
  const status = (kind: 'Alert' | 'Case'): Route => ({
    method: 'POST',
    path: kind === 'Alert' ? '/alertStatus' : '/caseStatus',
    status: 201,
    right: 'managePlatform',
    handle: (call) => {
      const all = kind === 'Alert' ? state.alertStatuses : state.caseStatuses;
      const input = call.body as StatusInput;
      if (all.some((one) => one.value === input.value))
        throw createError(`Status ${input.value} already exists`);
      const fresh = newStatus(hive, call.who, `${kind}Status`, { order: all.length, ...input });
      all.push(fresh);
      return statusOutput(state, fresh);
    },
  });
  return [
    {
      method: 'GET',
      path: '/customField',
      status: 200,
      handle: () => state.customFields.map((field) => customFieldOutput(state, field)),
    },
    {
      method: 'POST',
      path: '/customField',
      status: 201,
      right: 'manageCustomField',
      handle: (call) =>
        customFieldOutput(state, createCustomField(hive, call.who, call.body as CustomFieldInput)),
    },
    {
      method: 'PATCH',
      path: '/customField/{customFieldId}',
      status: 204,
      right: 'manageCustomField',
      handle: (call) => {
        const keys = ['displayName', 'group', 'description', 'mandatory', 'options'];
        applyPatch(hive, call.who, customField(call), keys, call.body as Record<string, unknown>);
      },
    },
    {
      method: 'POST',
      path: '/observable/type',
      status: 201,
      right: 'manageObservableTemplate',
      handle: (call) => createObservableType(hive, call),
    },
    {
      method: 'GET',
      path: '/observable/type/{typeId}',
      status: 200,
      handle: (call) => {
        const id = param(call, 'typeId');
        const found = state.observableTypes.find((type) => type._id === id || type.name === id);
        if (found === undefined) throw notFound('ObservableType not found');
        return observableTypeOutput(state, found);
      },
    },
    status('Alert'),
    status('Case'),
    ...caseTemplateRoutes(hive),
  ];
}

function caseTemplateRoutes(hive: Hive): Route[] {
  const { state } = hive;
  const right = 'manageCaseTemplate';
  const path = '/caseTemplate/{caseTemplateNameOrId}';
  const one = (call: Call) => {
    const id = param(call, 'caseTemplateNameOrId');
    const found = state.caseTemplates.find((template) => template._id === id || template.name === id);
    if (found === undefined) throw notFound('CaseTemplate not found');
    return found;
  };
  return [
    {
      method: 'POST',
      path: '/caseTemplate',
      status: 201,
      right,
      handle: (call) => caseTemplateOutput(state, createCaseTemplate(hive, call)),
    },
    { method: 'GET', path, status: 200, handle: (call) => caseTemplateOutput(state, one(call)) },
    { method: 'PATCH', path, status: 204, right, handle: (call) => patchCaseTemplate(hive, call, one(call)) },
    {
      method: 'DELETE',
      path,
      status: 204,
      right,
      handle: (call) => {
        const gone = one(call);
        removeFrom(state.caseTemplates, (template) => template === gone);
      },
    },
  ];
}

type CustomFieldInput = Pick<CustomFieldEntity, 'name' | 'type' | 'group' | 'description'> &
  Partial<CustomFieldEntity>;

function createCustomField(hive: Hive, who: Caller, input: CustomFieldInput): CustomFieldEntity {
  if (hive.state.customFields.some((field) => field.name === input.name)) {
    throw createError(`CustomField ${input.name} already exists`);
  }
  const fresh = {
    ...stamp(hive, who, 'CustomField'),
    displayName: input.name,
    mandatory: false,
    options: [],
    ...input,
  };
  hive.state.customFields.push(fresh);
  return fresh;
}

function createObservableType(hive: Hive, call: Call): unknown {
  const input = call.body as { name: string; isAttachment?: boolean };
  if (hive.state.observableTypes.some((type) => type.name === input.name)) {
    throw createError(`ObservableType ${input.name} already exists`);
  }
  const fresh = { ...stamp(hive, call.who, 'ObservableType'), isAttachment: false, ...input };
  hive.state.observableTypes.push(fresh);
  return observableTypeOutput(hive.state, fresh);
}

function newStatus(hive: Hive, who: Caller, type: string, input: StatusInput): StatusEntity {
  return { order: 0, hidden: false, ...input, ...stamp(hive, who, type) };
}

function createCaseTemplate(hive: Hive, call: Call): CaseTemplateEntity {
  const {
    pageTemplates = [],
    pageTemplateIds,
    customFields,
    tasks = [],
    ...input
  } = call.body as CaseTemplateInput;
  if (pageTemplateIds !== undefined && pageTemplateIds.length > 0) throw notFound('PageTemplate not found');
  if (hive.state.caseTemplates.some((template) => template.name === input.name)) {
    throw createError(`CaseTemplate ${input.name} already exists`);
  }
  const fresh: CaseTemplateEntity = {
    ...stamp(hive, call.who, 'CaseTemplate'),
    displayName: input.name,
    flag: false,
    ...input,
    tags: [...(input.tags ?? [])],
    customFields: withCustomFields(hive, [], customFields),
    tasks: [...tasks],
    pages: [...pageTemplates],
  };
  hive.state.caseTemplates.push(fresh);
  return fresh;
}

function patchCaseTemplate(hive: Hive, call: Call, template: CaseTemplateEntity): void {
  const input = call.body as Record<string, unknown>;
  const customFields = withCustomFields(
    hive,
    template.customFields,
    input['customFields'] as CustomFieldsInput | undefined,
  );
  applyPatch(
    hive,
    call.who,
    template,
    [
      'name',
      'displayName',
      'titlePrefix',
      'description',
      'severity',
      'tags',
      'flag',
      'tlp',
      'pap',
      'summary',
      'tasks',
      'customFields',
    ],
    { ...input, customFields },
  );
}
