/** Pages of cases and custom events of their timeline. No conditional update: the last writer wins. */

import type { PageInput } from './catalogue.ts';
import { applyPatch, type Caller, type Hive, notFound, stamp } from './hive.ts';
import { customEventOutput, pageOutput } from './output.ts';
import { auditChild, findCase } from './places.ts';
import { type Call, param, type Route } from './route.ts';
import { type CustomEventEntity, type PageEntity, removeFrom } from './store.ts';

export function pageRoutes(hive: Hive): Route[] {
  const right = 'managePage';
  const one = (call: Call) => {
    const caseId = findCase(hive, param(call, 'caseId'))._id;
    const id = param(call, 'pageId');
    const found = hive.state.pages.find((entity) => entity._id === id && entity.caseId === caseId);
    if (found === undefined) throw notFound('Page not found');
    return found;
  };
  return [
    {
      method: 'POST',
      path: '/case/{caseId}/page',
      status: 201,
      right,
      handle: (call) => {
        const { _id } = findCase(hive, param(call, 'caseId'));
        return pageOutput(hive.state, addPage(hive, call.who, _id, call.body as PageInput, true));
      },
    },
    {
      method: 'PATCH',
      path: '/case/{caseId}/page/{pageId}',
      status: 204,
      right,
      handle: (call) => {
        const entity = one(call);
        const keys = ['title', 'content', 'category', 'order'];
        const details = applyPatch(hive, call.who, entity, keys, call.body as Record<string, unknown>);
        const object = pageOutput(hive.state, entity);
        auditChild(hive, call.who, { kind: 'case', id: entity.caseId }, 'update', 'Page', object, details);
      },
    },
    {
      method: 'DELETE',
      path: '/case/{caseId}/page/{pageId}',
      status: 204,
      right,
      handle: (call) => {
        const gone = one(call);
        removeFrom(hive.state.pages, (entity) => entity === gone);
        auditChild(hive, call.who, { kind: 'case', id: gone.caseId }, 'delete', 'Page', gone as never, {});
      },
    },
    {
      method: 'POST',
      path: '/case/{caseId}/customEvent',
      status: 201,
      right: 'manageCustomEvent',
      handle: (call) => {
        const { _id } = findCase(hive, param(call, 'caseId'));
        const input = call.body as Pick<CustomEventEntity, 'date' | 'title'>;
        const entity = { ...stamp(hive, call.who, 'CustomEvent'), caseId: _id, ...input };
        hive.state.customEvents.push(entity);
        return customEventOutput(hive.state, entity);
      },
    },
  ];
}

export function addPage(
  hive: Hive,
  who: Caller,
  caseId: string,
  input: PageInput,
  mainAction: boolean,
): PageEntity {
  const order = hive.state.pages.filter((page) => page.caseId === caseId).length;
  const entity: PageEntity = { order, ...stamp(hive, who, 'Page'), caseId, ...input };
  hive.state.pages.push(entity);
  const object = pageOutput(hive.state, entity);
  auditChild(hive, who, { kind: 'case', id: caseId }, 'create', 'Page', object, object, mainAction);
  return entity;
}
