/** Comments on alerts and cases. */
import { type Caller, type Hive, notFound, stamp } from './hive.ts';
import { commentOutput } from './output.ts';
import { auditChild, findPlace } from './places.ts';
import { type Call, param, type Route } from './route.ts';
import { type CommentEntity, type Place, removeFrom } from './store.ts';

interface CommentInput {
  readonly message: string;
}

export function commentRoutes(hive: Hive): Route[] {
  const right = 'manageComment';
  const create = (kind: Place['kind']) => ({
    method: 'POST' as const,
    status: 201 as const,
    right,
    handle: (call: Call) => {
      const place = findPlace(hive, kind, param(call, `${kind}Id`));
      return commentOutput(
        hive.state,
        addComment(hive, call.who, place, (call.body as CommentInput).message),
      );
    },
  });
  const one = (call: Call) => {
    const found = hive.state.comments.find((entity) => entity._id === param(call, 'commentId'));
    if (found === undefined) throw notFound('Comment not found');
    return found;
  };
  return [
    { ...create('alert'), path: '/alert/{alertId}/comment' },
    { ...create('case'), path: '/case/{caseId}/comment' },
    {
      method: 'PATCH',
      path: '/comment/{commentId}',
      status: 204,
      right,
      handle: (call) => {
        const entity = one(call);
        entity.message = (call.body as CommentInput).message;
        entity.isEdited = true;
        entity._updatedBy = call.who.login;
        entity._updatedAt = hive.now();
        const object = commentOutput(hive.state, entity);
        auditChild(hive, call.who, entity.parent, 'update', 'Comment', object, { message: entity.message });
      },
    },
    {
      method: 'DELETE',
      path: '/comment/{commentId}',
      status: 204,
      right,
      handle: (call) => {
        const gone = one(call);
        removeFrom(hive.state.comments, (entity) => entity === gone);
        auditChild(hive, call.who, gone.parent, 'delete', 'Comment', gone as never, {});
      },
    },
  ];
}

export function addComment(hive: Hive, who: Caller, parent: Place, message: string): CommentEntity {
  const entity: CommentEntity = { ...stamp(hive, who, 'Comment'), parent, message, isEdited: false };
  hive.state.comments.push(entity);
  const object = commentOutput(hive.state, entity);
  auditChild(hive, who, parent, 'create', 'Comment', object, { author: who.login });
  return entity;
}
