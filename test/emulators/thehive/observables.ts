/** Observables of alerts and cases: unique by (dataType, data) in their parent, and refused one by one. */
import {
  applyPatch,
  badRequest,
  type Caller,
  createError,
  type Hive,
  notFound,
  patchedTags,
  Refusal,
  stamp,
} from './hive.ts';
import { observableOutput } from './output.ts';
import { auditChild, findPlace } from './places.ts';
import { type Call, OtherStatus, param, type Route } from './route.ts';
import { type ObservableEntity, on, type Place, removeFrom } from './store.ts';

export interface ObservableInput {
  readonly dataType: string;
  readonly data?: string | readonly string[];
  readonly message?: string;
  readonly tlp?: number;
  readonly pap?: number;
  readonly tags?: readonly string[];
  readonly ioc?: boolean;
  readonly sighted?: boolean;
  readonly sightedAt?: number;
  readonly ignoreSimilarity?: boolean;
  readonly startDate?: number;
}

const PATCHABLE = [
  'dataType',
  'message',
  'tlp',
  'pap',
  'tags',
  'ioc',
  'sighted',
  'sightedAt',
  'ignoreSimilarity',
];

export function observableRoutes(hive: Hive): Route[] {
  const right = 'manageObservable';
  const create = (kind: Place['kind']) => ({
    method: 'POST' as const,
    status: 201 as const,
    right,
    handle: (call: Call) => {
      const place = findPlace(hive, kind, param(call, `${kind}Id`));
      return createObservables(hive, call.who, place, call.body as ObservableInput);
    },
  });
  const one = (call: Call) => findObservable(hive, param(call, 'observableId'));
  return [
    { ...create('alert'), path: '/alert/{alertId}/observable' },
    { ...create('case'), path: '/case/{caseId}/observable' },
    {
      method: 'GET',
      path: '/observable/{observableId}',
      status: 200,
      handle: (call) => observableOutput(hive.state, one(call)),
    },
    {
      method: 'PATCH',
      path: '/observable/{observableId}',
      status: 204,
      right,
      handle: (call) => patchObservable(hive, call.who, one(call), call.body as Record<string, unknown>),
    },
    {
      method: 'DELETE',
      path: '/observable/{observableId}',
      status: 204,
      right,
      handle: (call) => {
        const gone = one(call);
        removeFrom(hive.state.observables, (entity) => entity === gone);
        auditChild(hive, call.who, gone.parent, 'delete', 'Observable', gone as never, {});
      },
    },
  ];
}

function findObservable(hive: Hive, id: string): ObservableEntity {
  const found = hive.state.observables.find((entity) => entity._id === id);
  if (found === undefined) throw notFound('Observable not found');
  return found;
}

/** One entity for each datum; nothing is stored yet. An unknown type is refused as a whole. */
export function newObservables(
  hive: Hive,
  who: Caller,
  parent: Place,
  input: ObservableInput,
): ObservableEntity[] {
  if (!hive.state.observableTypes.some((type) => type.name === input.dataType)) {
    const status = hive.options.unknownDataTypeStatus ?? 404;
    throw new Refusal(
      status,
      status === 404 ? 'NotFoundError' : 'BadRequest',
      `Observable type ${input.dataType} not found`,
    );
  }
  const data = typeof input.data === 'string' ? [input.data] : (input.data ?? []);
  if (data.length === 0) throw badRequest('An observable needs data');
  return data.map((datum) => ({
    ...stamp(hive, who, 'Observable'),
    parent,
    dataType: input.dataType,
    data: datum,
    startDate: input.startDate ?? hive.now(),
    ...(input.message === undefined ? {} : { message: input.message }),
    ...(input.sightedAt === undefined ? {} : { sightedAt: input.sightedAt }),
    tlp: input.tlp ?? 2,
    pap: input.pap ?? 2,
    tags: [...(input.tags ?? [])],
    ioc: input.ioc ?? false,
    sighted: input.sighted ?? false,
    ignoreSimilarity: input.ignoreSimilarity ?? false,
  }));
}

function present(hive: Hive, entity: ObservableEntity): ObservableEntity | undefined {
  return on(hive.state.observables, entity.parent).find(
    (other) => other.dataType === entity.dataType && other.data === entity.data,
  );
}

function createObservables(hive: Hive, who: Caller, place: Place, input: ObservableInput): unknown {
  const fresh = newObservables(hive, who, place, input);
  const taken = new Set<string>();
  const isDuplicate = (entity: ObservableEntity) => {
    const duplicate = taken.has(entity.data) || present(hive, entity) !== undefined;
    taken.add(entity.data);
    return duplicate;
  };
  const duplicates = fresh.filter(isDuplicate);
  const good = fresh.filter((entity) => !duplicates.includes(entity));
  const refused = hive.options.duplicateObservables === 'refuse' && duplicates.length > 0;
  if (refused || good.length === 0) throw createError('Observable already exists');
  for (const entity of good) storeObservable(hive, who, entity, true);
  const success = good.map((entity) => observableOutput(hive.state, entity));
  if (duplicates.length === 0) return success;
  const failure = duplicates.map((entity) => ({
    type: 'CreateError',
    message: 'Observable already exists',
    object: { dataType: entity.dataType, data: entity.data },
  }));
  return new OtherStatus(207, { success, failure });
}

/** Stores it and tells of it; an equal one that is there takes its tags instead. */
export function storeObservable(
  hive: Hive,
  who: Caller,
  entity: ObservableEntity,
  mainAction: boolean,
): void {
  const same = present(hive, entity);
  if (same !== undefined) {
    same.tags = [...new Set([...same.tags, ...entity.tags])];
    return;
  }
  hive.state.observables.push(entity);
  const object = observableOutput(hive.state, entity);
  auditChild(hive, who, entity.parent, 'create', 'Observable', object, object, mainAction);
}

function patchObservable(
  hive: Hive,
  who: Caller,
  entity: ObservableEntity,
  input: Record<string, unknown>,
): void {
  const tags = patchedTags(entity.tags, input);
  const details = applyPatch(hive, who, entity, PATCHABLE, { ...input, tags });
  if (Object.keys(details).length === 0) return;
  const object = observableOutput(hive.state, entity);
  auditChild(hive, who, entity.parent, 'update', 'Observable', object, details);
}
