import type { PlaybookAction } from './action.ts';
import { httpPost } from './actions/http-post.ts';
import { thehiveAddComment } from './actions/thehive-add-comment.ts';
import { thehiveAddObservable } from './actions/thehive-add-observable.ts';
import { thehiveAddTask } from './actions/thehive-add-task.ts';

/** Every action that a playbook may name; one line a file of `actions/`. */
export const actions: readonly PlaybookAction[] = [
  httpPost,
  thehiveAddComment,
  thehiveAddObservable,
  thehiveAddTask,
];
