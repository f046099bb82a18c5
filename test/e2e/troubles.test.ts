import { beforeAll, describe, expect, it } from 'vitest';
import { tellStory } from '../../src/entry/cli/demo/story.ts';
import type { FaultScript } from '../emulators/thehive/faults.ts';
import { type AStack, aStack, eventually, NOON } from '../helpers/a-stack.ts';
import { normalForm, toldTwice } from './normal-form.ts';

const { objects, repeat } = tellStory(NOON);
/** The stolen key alone: three alerts of one actor in one case, with a playbook's task and comment. */
const stolenKey = {
  records: objects
    .flatMap(({ records }) => records)
    .filter((record) => JSON.stringify(record['userIdentity']).includes('ci-deploy')),
};

describe('TheHive in trouble', () => {
  let undisturbed: readonly string[];

  beforeAll(async () => {
    const stack = await aStack();
    await stack.deliver(stolenKey);
    await stack.settle();
    undisturbed = normalForm(stack.hive.state);
    expect(stack.hive.state.alerts).toHaveLength(5);
    expect(stack.hive.state.comments.length).toBeGreaterThan(2);
    await stack.stop();
  });

  const POST = { method: 'POST' } as const;
  it.each<[string, FaultScript[]]>([
    [
      'answers 503 twice to the creation of an alert',
      [{ ...POST, path: /\/alert$/, kind: 'status', times: 2 }],
    ],
    [
      'asks for patience with 429 and Retry-After',
      [{ ...POST, path: /\/alert/, kind: 'status', status: 429, retryAfterSeconds: 1, times: 2 }],
    ],
    [
      'cuts the line after it made an alert, opened a case and took one in',
      [
        { ...POST, path: /\/alert$/, kind: 'cut-after-commit', times: 2 },
        { ...POST, path: /\/alert\/[^/]+\/case$/, kind: 'cut-after-commit' },
        { ...POST, path: /\/import\//, kind: 'cut-after-commit', times: 2 },
      ],
    ],
    [
      'cuts the line after comments and a task',
      [
        { ...POST, path: /\/comment$/, kind: 'cut-after-commit', times: 3 },
        { ...POST, path: /\/task$/, kind: 'cut-after-commit' },
      ],
    ],
    [
      'cuts the line before and after anything, and is slow',
      [
        { kind: 'cut-before', times: 2 },
        { kind: 'slow', delayMs: 300, times: 3 },
        { kind: 'cut-after-commit', times: 3 },
      ],
    ],
  ])('%s: the same alerts and case, nothing twice', async (_trouble, faults) => {
    const stack = await aStack();
    stack.hive.faults.script(...faults);
    await stack.deliver(stolenKey);
    await stack.settle();
    expect(normalForm(stack.hive.state)).toEqual(undisturbed);
    expect(toldTwice(stack.hive.state)).toEqual([]);
    await stack.stop();
  });
});

describe('a Redis that forgets everything', () => {
  /** The story, a verdict in its middle, and the repeat that it hides. */
  async function play(between: (stack: AStack) => Promise<void>, during: (stack: AStack) => Promise<void>) {
    const stack = await aStack();
    const isSandbox = ({ account }: { account: string }) => account === '444455556666';
    for (const object of objects.filter(isSandbox)) await stack.deliver(object);
    await stack.settle();
    stack.hive.analyst.closeCase(1, { status: 'FalsePositive', summary: 'Test machine.' });
    await stack.settle();
    const [suppression] = await stack.observer.stores.suppressions.list();
    expect(suppression?.state).toBe('active');
    await between(stack);
    await stack.deliver(repeat);
    for (const object of objects) if (!isSandbox(object)) await stack.deliver(object);
    await during(stack);
    await stack.settle();
    const hidden = (await stack.entries('finding')).filter(({ hiddenBy }) => hiddenBy === suppression?.id);
    const outcome = {
      form: normalForm(stack.hive.state),
      twice: toldTwice(stack.hive.state),
      closed: stack.hive.state.cases.filter(({ stage }) => stage === 'Closed').length,
      hidden: new Set(hidden.map(({ finding }) => finding.firing[0])),
    };
    return { stack, outcome };
  }

  const nothing = async () => {};
  const repeated = String(repeat.records[0]?.['eventID']);
  let undisturbed: Awaited<ReturnType<typeof play>>['outcome'];

  beforeAll(async () => {
    const { stack, outcome } = await play(nothing, nothing);
    await stack.stop();
    undisturbed = outcome;
    expect(outcome.hidden).toEqual(new Set([`${repeated}:444455556666`]));
  });

  it('has its suppressions and windows back before anything is taken in', async () => {
    const { stack, outcome } = await play((each) => each.forgetRedis(), nothing);
    expect(outcome.form).toEqual(undisturbed.form);
    expect(outcome.twice).toEqual([]);
    expect(outcome.closed).toBe(undisturbed.closed);
    expect(outcome.hidden).toContain(`${repeated}:444455556666`);
    expect(await stack.observer.stores.suppressions.list()).toMatchObject([{ state: 'active' }]);
    await stack.stop();
  });

  it('in the middle of work costs time, and nothing else', { timeout: 60_000 }, async () => {
    const { stack, outcome } = await play(nothing, async (each) => {
      await eventually('an alert of the second half', () => each.hive.state.alerts.length > 2);
      await each.forgetRedis();
    });
    expect(outcome.form).toEqual(undisturbed.form);
    expect(outcome.twice).toEqual([]);
    expect(outcome.hidden).toContain(`${repeated}:444455556666`);
    await stack.stop();
  });

  it('gets the jobs that come by the clock again', async () => {
    const stack = await aStack();
    const before = await stack.scheduled();
    expect(before.length).toBeGreaterThanOrEqual(3);
    await stack.forgetRedis();
    await stack.deliver(stolenKey);
    await stack.settle();
    expect(await stack.scheduled()).toEqual(before);
    await stack.stop();
  });
});
