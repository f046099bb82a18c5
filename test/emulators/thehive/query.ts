/**
 * `POST /query`: a selection, then steps to what hangs on it, filter, sort, page or
 * count. It looks through an index that lags: an object is found only
 * `indexDelayMs` after its creation. Reading by id never lags.
 */
import { badRequest, type Hive, notFound, Unsupported } from './hive.ts';
import {
  alertOutput,
  attachmentOutput,
  caseOutput,
  caseTemplateOutput,
  commentOutput,
  customFieldOutput,
  logOutput,
  type Output,
  observableOutput,
  observableTypeOutput,
  pageOutput,
  procedureOutput,
  statusOutput,
  taskOutput,
} from './output.ts';
import { findAlert, findCase } from './places.ts';
import { fieldOf, passes } from './query-filter.ts';
import { on, type Stamp, type State } from './store.ts';

type Operation = Readonly<Record<string, unknown>> & { readonly _name: string };

/** A set of entities under way through the steps, and how they are shown. */
interface Selection {
  readonly kind: string;
  readonly entities: readonly Stamp[];
  readonly show: (state: State, entity: never) => Output;
}

/** The answer, and the schema of its items (absent for a count). */
export class QueryAnswer {
  readonly body: unknown;
  readonly itemSchema: string | undefined;

  constructor(body: unknown, itemSchema?: string) {
    this.body = body;
    this.itemSchema = itemSchema;
  }

  get items(): readonly unknown[] {
    return Array.isArray(this.body) ? this.body : [];
  }
}

function select<T extends Stamp>(
  kind: string,
  show: (state: State, entity: T) => Output,
  entities: readonly T[],
): Selection {
  return { kind, show, entities };
}

const SOURCES: Readonly<Record<string, (state: State) => Selection>> = {
  listAlert: (state) => select('Alert', alertOutput, state.alerts),
  listCase: (state) => select('Case', caseOutput, state.cases),
  listObservable: (state) => select('Observable', observableOutput, state.observables),
  listTask: (state) => select('Task', taskOutput, state.tasks),
  listObservableType: (state) => select('ObservableType', observableTypeOutput, state.observableTypes),
  listCustomField: (state) => select('CustomField', customFieldOutput, state.customFields),
  listCaseTemplate: (state) => select('CaseTemplate', caseTemplateOutput, state.caseTemplates),
  listCaseStatus: (state) => select('CaseStatus', statusOutput, state.caseStatuses),
  listAlertStatus: (state) => select('AlertStatus', statusOutput, state.alertStatuses),
};

type Step = (state: State, owner: Stamp) => Selection;

const children: Readonly<Record<'alert' | 'case', Readonly<Record<string, Step>>>> = {
  alert: childrenOf('alert'),
  case: childrenOf('case'),
};

function childrenOf(kind: 'alert' | 'case'): Readonly<Record<string, Step>> {
  const place = (owner: Stamp) => ({ kind, id: owner._id });
  return {
    observables: (state, owner) =>
      select('Observable', observableOutput, on(state.observables, place(owner))),
    comments: (state, owner) => select('Comment', commentOutput, on(state.comments, place(owner))),
    procedures: (state, owner) => select('Procedure', procedureOutput, on(state.procedures, place(owner))),
    attachments: (state, owner) =>
      select('Attachment', attachmentOutput, on(state.attachments, place(owner))),
  };
}

const STEPS: Readonly<Record<string, Readonly<Record<string, Step>>>> = {
  Alert: {
    ...children.alert,
    case: (state, owner) => {
      const { caseId } = owner as { caseId?: string };
      return select(
        'Case',
        caseOutput,
        state.cases.filter((one) => one._id === caseId),
      );
    },
  },
  Case: {
    ...children.case,
    alerts: (state, owner) =>
      select(
        'Alert',
        alertOutput,
        state.alerts.filter((alert) => alert.caseId === owner._id),
      ),
    tasks: (state, owner) =>
      select(
        'Task',
        taskOutput,
        state.tasks.filter((task) => task.caseId === owner._id),
      ),
    pages: (state, owner) =>
      select(
        'Page',
        pageOutput,
        state.pages.filter((page) => page.caseId === owner._id),
      ),
  },
  Task: {
    logs: (state, owner) =>
      select(
        'Log',
        logOutput,
        state.logs.filter((log) => log.taskId === owner._id),
      ),
  },
};

export function runQuery(hive: Hive, request: unknown): QueryAnswer {
  const { query = [], excludeFields = [] } = (request ?? {}) as {
    query?: Operation[];
    excludeFields?: string[];
  };
  const [first, ...rest] = query;
  if (first === undefined) throw badRequest('Query is empty');
  const start = indexed(hive, begin(hive, first));
  let { show, kind } = start;
  let entities = start.entities;
  let page: Operation | undefined;
  const shown = (entity: Stamp) => show(hive.state, entity as never);
  for (const operation of rest) {
    if (operation._name === 'count') return new QueryAnswer(entities.length);
    if (operation._name === 'filter') {
      entities = entities.filter((entity) => passes(shown(entity), operation));
    } else if (operation._name === 'sort') {
      entities = sorted(entities, operation, shown);
    } else if (operation._name === 'page') {
      page = operation;
      entities = entities.slice(Number(operation['from']), Number(operation['to']));
    } else {
      const next = follow(hive, kind, entities, operation._name);
      ({ entities, show, kind } = next);
    }
  }
  const extraData = (page?.['extraData'] ?? []) as string[];
  const body = entities.map((entity) => {
    const output = { ...shown(entity), ...withExtra(hive, kind, entity, extraData) };
    return Object.fromEntries(Object.entries(output).filter(([key]) => !excludeFields.includes(key)));
  });
  return new QueryAnswer(body, excludeFields.length === 0 ? `Output${kind}` : undefined);
}

function begin(hive: Hive, operation: Operation): Selection {
  const { _name } = operation;
  const id = String(operation['idOrName'] ?? '');
  if (_name === 'getAlert') return select('Alert', alertOutput, [findAlert(hive, id)]);
  if (_name === 'getCase') return select('Case', caseOutput, [findCase(hive, id)]);
  if (_name === 'getTask') {
    const found = hive.state.tasks.filter((task) => task._id === id);
    if (found.length === 0) throw notFound('Task not found');
    return select('Task', taskOutput, found);
  }
  const source = Object.hasOwn(SOURCES, _name) ? SOURCES[_name] : undefined;
  if (source === undefined) throw new Unsupported(`Query ${_name}`);
  return source(hive.state);
}

function follow(hive: Hive, kind: string, owners: readonly Stamp[], name: string): Selection {
  const step = STEPS[kind]?.[name];
  if (step === undefined) throw new Unsupported(`Operation ${name} of ${kind}`);
  const selections = owners.map((owner) => step(hive.state, owner));
  const [model] = selections.length > 0 ? selections : [step(hive.state, { _id: '' } as Stamp)];
  return indexed(hive, { ...model!, entities: selections.flatMap((one) => one.entities) });
}

function indexed(hive: Hive, selection: Selection): Selection {
  const delay = hive.options.indexDelayMs ?? 0;
  const entities = selection.entities.filter((entity) => entity._createdAt + delay <= hive.now());
  return { ...selection, entities };
}

function sorted(
  entities: readonly Stamp[],
  operation: Operation,
  shown: (entity: Stamp) => Output,
): readonly Stamp[] {
  const keys = (operation['_fields'] as Record<string, string>[]).flatMap((field) => Object.entries(field));
  const rows = entities.map((entity) => ({ entity, output: shown(entity) }));
  rows.sort((left, right) => {
    for (const [key, direction] of keys) {
      const order = compare(fieldOf(left.output, key), fieldOf(right.output, key));
      if (order !== 0) return direction === 'desc' ? -order : order;
    }
    return 0;
  });
  return rows.map((row) => row.entity);
}

function compare(left: unknown, right: unknown): number {
  if (left === right) return 0;
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  return (left as number) < (right as number) ? -1 : 1;
}

function withExtra(
  hive: Hive,
  kind: string,
  entity: Stamp,
  names: readonly string[],
): Record<string, unknown> {
  if (names.length === 0) return {};
  const extraData = Object.fromEntries(names.map((name) => [name, extra(hive, kind, entity, name)]));
  return { extraData };
}

function extra(hive: Hive, kind: string, entity: Stamp, name: string): unknown {
  const { state } = hive;
  if (kind === 'Alert' && name === 'relatedCase') {
    const found = state.cases.find((one) => one._id === (entity as { caseId?: string }).caseId);
    return found === undefined ? null : { number: found.number, isVisible: true };
  }
  if (kind === 'Alert' && name === 'procedureCount') {
    return on(state.procedures, { kind: 'alert', id: entity._id }).length;
  }
  if (kind === 'Case' && name === 'alertCount') {
    return state.alerts.filter((alert) => alert.caseId === entity._id).length;
  }
  throw new Unsupported(`extraData ${name} of ${kind}`);
}
