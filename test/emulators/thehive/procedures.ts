/** ATT&CK procedures of alerts and cases; an id that the catalogue lacks is 404. */
import { applyPatch, type Caller, type Hive, notFound, stamp } from './hive.ts';
import { procedureOutput } from './output.ts';
import { auditChild, findPlace } from './places.ts';
import { type Call, param, type Route } from './route.ts';
import { type Place, type ProcedureEntity, removeFrom } from './store.ts';

export interface ProcedureInput {
  readonly patternId: string;
  readonly occurDate: number;
  readonly tactic?: string;
  readonly description?: string;
}

export function procedureRoutes(hive: Hive): Route[] {
  const right = 'manageProcedure';
  const create = (
    kind: Place['kind'],
    path: string,
    inputs: (body: unknown) => readonly ProcedureInput[],
  ) => ({
    method: 'POST' as const,
    path,
    status: 201 as const,
    right,
    handle: (call: Call) => {
      const place = findPlace(hive, kind, param(call, `${kind}Id`));
      const fresh = newProcedures(hive, call.who, place, inputs(call.body));
      storeProcedures(hive, call.who, fresh, true);
      const output = fresh.map((entity) => procedureOutput(hive.state, entity));
      return path.endsWith('s') ? output : output[0];
    },
  });
  const single = (body: unknown) => [body as ProcedureInput];
  const many = (body: unknown) => (body as { procedures?: ProcedureInput[] }).procedures ?? [];
  const one = (call: Call) => {
    const id = param(call, 'procedureId');
    const found = hive.state.procedures.find((entity) => entity._id === id);
    if (found === undefined) throw notFound('Procedure not found');
    return found;
  };
  return [
    create('alert', '/alert/{alertId}/procedure', single),
    create('case', '/case/{caseId}/procedure', single),
    create('alert', '/alert/{alertId}/procedures', many),
    create('case', '/case/{caseId}/procedures', many),
    {
      method: 'PATCH',
      path: '/procedure/{procedureId}',
      status: 204,
      right,
      handle: (call) => {
        const entity = one(call);
        const keys = ['description', 'occurDate', 'patternId', 'tactic'];
        const details = applyPatch(hive, call.who, entity, keys, call.body as Record<string, unknown>);
        const object = procedureOutput(hive.state, entity);
        auditChild(hive, call.who, entity.parent, 'update', 'Procedure', object, details);
      },
    },
    {
      method: 'DELETE',
      path: '/procedure/{procedureId}',
      status: 204,
      right,
      handle: (call) => {
        const gone = one(call);
        removeFrom(hive.state.procedures, (entity) => entity === gone);
        auditChild(hive, call.who, gone.parent, 'delete', 'Procedure', gone as never, {});
      },
    },
  ];
}

/** Entities for the inputs, or 404 if one pattern is unknown; nothing is stored yet. */
export function newProcedures(
  hive: Hive,
  who: Caller,
  parent: Place,
  inputs: readonly ProcedureInput[],
): ProcedureEntity[] {
  return inputs.map((input) => {
    const known = /^T\d{4}(\.\d{3})?$/.test(input.patternId);
    if (!known || hive.options.unknownPatterns?.includes(input.patternId)) {
      throw notFound('Pattern not found');
    }
    return { ...stamp(hive, who, 'Procedure'), parent, ...input };
  });
}

export function storeProcedures(
  hive: Hive,
  who: Caller,
  fresh: readonly ProcedureEntity[],
  mainAction: boolean,
): void {
  for (const entity of fresh) {
    hive.state.procedures.push(entity);
    const object = procedureOutput(hive.state, entity);
    auditChild(hive, who, entity.parent, 'create', 'Procedure', object, object, mainAction);
  }
}
