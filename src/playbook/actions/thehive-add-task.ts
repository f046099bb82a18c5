import Type from 'typebox';
import { defineAction } from '../action.ts';

const params = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 512 }),
    group: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    description: Type.Optional(Type.String({ maxLength: 16_384 })),
  },
  { additionalProperties: false },
);

/** Gives the case a task for people. An alert without a case has none: the step is skipped. */
export const thehiveAddTask = defineAction(params, {
  name: 'thehive.add-task',
  risk: 'notify',
  markdown: ['description'],
  needsCase: true,
  simulate: ({ title }) => `would add the task "${title}" to the case`,
  async run(subject, { title, group = 'trailhive', description = '' }, { desk, idempotencyKey }) {
    await desk.addTask(subject.caseId ?? '', idempotencyKey, { title, group, description });
    return { summary: `added the task "${title}" to the case`, data: { title } };
  },
});
