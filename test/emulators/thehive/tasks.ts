/** Tasks of cases, and the logs of tasks. */

import type { TaskInput } from './catalogue.ts';
import { applyPatch, badRequest, type Caller, type Hive, notFound, stamp } from './hive.ts';
import { logOutput, newTask, taskOutput } from './output.ts';
import { auditChild, findCase, placeObject } from './places.ts';
import { type Call, param, type Route } from './route.ts';
import { type LogEntity, removeFrom, type TaskEntity } from './store.ts';

const STATUSES = ['Waiting', 'InProgress', 'Completed', 'Cancel'];
const PATCHABLE = [
  'title',
  'group',
  'description',
  'status',
  'flag',
  'startDate',
  'endDate',
  'dueDate',
  'order',
  'assignee',
  'mandatory',
];

interface LogInput {
  readonly message: string;
  readonly startDate?: number;
  readonly includeInTimeline?: number;
}

export function taskRoutes(hive: Hive): Route[] {
  const right = 'manageTask';
  const one = (call: Call) => findTask(hive, param(call, 'taskId'));
  return [
    {
      method: 'POST',
      path: '/case/{caseId}/task',
      status: 201,
      right,
      handle: (call) => {
        const { _id } = findCase(hive, param(call, 'caseId'));
        return taskOutput(hive.state, addTask(hive, call.who, _id, call.body as TaskInput, true));
      },
    },
    {
      method: 'GET',
      path: '/task/{taskId}',
      status: 200,
      handle: (call) => taskOutput(hive.state, one(call)),
    },
    {
      method: 'PATCH',
      path: '/task/{taskId}',
      status: 204,
      right,
      handle: (call) => patchTask(hive, call.who, one(call), call.body as Record<string, unknown>),
    },
    {
      method: 'DELETE',
      path: '/task/{taskId}',
      status: 204,
      right,
      handle: (call) => {
        const gone = one(call);
        removeFrom(hive.state.tasks, (entity) => entity === gone);
        auditChild(hive, call.who, { kind: 'case', id: gone.caseId }, 'delete', 'Task', gone as never, {});
      },
    },
    {
      method: 'POST',
      path: '/task/{taskId}/log',
      status: 201,
      right,
      handle: (call) => logOutput(hive.state, addLog(hive, call.who, one(call), call.body as LogInput)),
    },
  ];
}

export function findTask(hive: Hive, id: string): TaskEntity {
  const found = hive.state.tasks.find((entity) => entity._id === id);
  if (found === undefined) throw notFound('Task not found');
  return found;
}

export function addTask(
  hive: Hive,
  who: Caller,
  caseId: string,
  input: TaskInput,
  mainAction: boolean,
): TaskEntity {
  checkStatus(input.status);
  const order = hive.state.tasks.filter((task) => task.caseId === caseId).length;
  const entity: TaskEntity = { ...stamp(hive, who, 'Task'), caseId, ...newTask(input, order) };
  hive.state.tasks.push(entity);
  const object = taskOutput(hive.state, entity);
  auditChild(hive, who, { kind: 'case', id: caseId }, 'create', 'Task', object, object, mainAction);
  return entity;
}

function checkStatus(status: unknown): void {
  if (status !== undefined && !STATUSES.includes(String(status))) {
    throw badRequest(`Task status ${String(status)} is not known`);
  }
}

export function patchTask(
  hive: Hive,
  who: Caller,
  task: TaskEntity,
  input: Readonly<Record<string, unknown>>,
): void {
  checkStatus(input['status']);
  const details = applyPatch(hive, who, task, PATCHABLE, input);
  if (details['status'] === 'Completed' && input['endDate'] === undefined) {
    task.endDate = hive.now();
    details['endDate'] = task.endDate;
  }
  if (Object.keys(details).length === 0) return;
  const object = taskOutput(hive.state, task);
  auditChild(hive, who, { kind: 'case', id: task.caseId }, 'update', 'Task', object, details);
}

function addLog(hive: Hive, who: Caller, task: TaskEntity, input: LogInput): LogEntity {
  const { message, startDate, includeInTimeline } = input;
  const entity: LogEntity = {
    ...stamp(hive, who, 'Log'),
    taskId: task._id,
    message,
    date: startDate ?? hive.now(),
    ...(includeInTimeline === undefined ? {} : { includeInTimeline }),
  };
  hive.state.logs.push(entity);
  const shown = logOutput(hive.state, entity);
  const taskObject = taskOutput(hive.state, task);
  hive.audit(who, {
    action: 'create',
    objectType: 'Log',
    objectId: entity._id,
    rootId: task.caseId,
    details: shown,
    object: { ...shown, task: { ...taskObject, case: placeObject(hive, { kind: 'case', id: task.caseId }) } },
    context: taskObject,
  });
  return entity;
}
