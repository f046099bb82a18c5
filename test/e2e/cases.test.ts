import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AStack, aStack, NOON } from '../helpers/a-stack.ts';
import { aRecord } from '../helpers/an-event.ts';
import { normalForm, toldTwice } from './normal-form.ts';

const HOUR_MS = 3_600_000;

/** Somebody stops the trail so many hours before noon. */
const stops = (hoursBefore: number, identity: Readonly<Record<string, unknown>>) =>
  aRecord({ eventTime: new Date(NOON - hoursBefore * HOUR_MS).toISOString(), userIdentity: identity });

const user = (name: string) => ({
  type: 'IAMUser',
  arn: `arn:aws:iam::111122223333:user/${name}`,
  accountId: '111122223333',
  userName: name,
});

const session = (name: string) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::111122223333:assumed-role/operator/${name}`,
  accountId: '111122223333',
  accessKeyId: `ASIA${name.toUpperCase().padEnd(16, 'X')}`,
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      arn: 'arn:aws:iam::111122223333:role/operator',
      accountId: '111122223333',
      userName: 'operator',
    },
  },
});

describe('playbooks', () => {
  let stack: AStack;
  const written = () => {
    const { tasks, comments } = stack.hive.state;
    return {
      restore: tasks.filter(({ title }) => title === 'Restore logging').length,
      gap: comments.filter(({ message }) => message.includes('are missing from CloudTrail')).length,
      asked: tasks.filter(({ title }) => title.startsWith('Ask mallory')).length,
    };
  };
  const steps = async () =>
    (await stack.entries('step')).map(({ result }) => `${result.stepId} ${result.outcome}`).sort();

  beforeAll(async () => {
    stack = await aStack();
    await stack.deliver({ records: [stops(1, user('mallory'))] });
    await stack.settle();
  });
  afterAll(() => stack.stop());

  it('in enforce write their task and comment into the case; in simulate into the journal alone', async () => {
    expect(written()).toEqual({ restore: 1, gap: 1, asked: 0 });
    const [task] = stack.hive.state.tasks.filter(({ title }) => title === 'Restore logging');
    expect(task?.caseId).toBe(stack.hive.state.cases[0]?._id);
    expect(task?.description).toContain('mallory cut CloudTrail in account 111122223333 (eu-west-1)');
    expect(await steps()).toEqual([
      'ask-owner simulated',
      'key skipped',
      'note-gap done',
      'restore-logging done',
    ]);
  });

  it('run once, also when it is delivered again, there is more of it, and its severity rises', async () => {
    const known = await steps();
    await stack.deliver({ records: [stops(1, user('mallory'))] });
    await stack.deliver({ records: [stops(0.5, user('mallory'))] });
    await stack.settle();

    // As when the rule's level was raised within the period.
    const { alerts } = stack.observer.stores;
    const fingerprint = stack.hive.state.alerts[0]?.sourceRef ?? '';
    const stored = await alerts.read(fingerprint);
    if (stored === undefined) throw new Error('not stored');
    const { score: _, ...alert } = stored.alert;
    await alerts.write({ ...alert, severity: 'critical' }, stored.revision);
    await stack.observer.queue.addDeliveries([{ fingerprint, revision: stored.revision + 1, rank: 0 }]);
    await stack.settle();

    expect(stack.hive.state.alerts).toMatchObject([{ severity: 4 }]);
    expect(written()).toEqual({ restore: 1, gap: 1, asked: 0 });
    expect(await steps()).toEqual(known);
    expect(toldTwice(stack.hive.state)).toEqual([]);
  });
});

describe('a late link between two cases', () => {
  it.each([
    {
      name: 'one actor, within the gap of both',
      early: stops(140, user('mallory')),
      recent: stops(10, user('mallory')),
      between: stops(75, user('mallory')),
      alerts: 3,
    },
    {
      name: 'two sessions that turn out to act together',
      early: { ...stops(30, session('one')), eventName: 'DeleteTrail' },
      recent: stops(1, session('two')),
      between: stops(2, session('one')),
      alerts: 2,
    },
  ])('leaves one open case with all alerts: $name', async ({ early, recent, between, alerts }) => {
    const stack = await aStack();
    const { state } = stack.hive;
    await stack.deliver({ records: [early] });
    await stack.deliver({ records: [recent] });
    await stack.settle();
    expect(state.cases.map(({ stage }) => stage)).toEqual(['New', 'New']);

    await stack.deliver({ records: [between] });
    await stack.settle();
    const open = state.cases.filter(({ stage }) => stage !== 'Closed');
    expect(open).toHaveLength(1);
    expect(state.cases.filter(({ stage }) => stage === 'Closed')).toMatchObject([
      { status: 'Duplicated', summary: expect.stringContaining(`case #${open[0]?.number}`) },
    ]);
    expect(state.alerts.map(({ caseId }) => caseId)).toEqual(Array(alerts).fill(open[0]?._id));
    expect(toldTwice(state)).toEqual([]);

    // The same events in one go: the same case.
    const once = await aStack();
    await once.deliver({ records: [between, early, recent] });
    await once.settle();
    expect(normalForm(state)).toEqual(normalForm(once.hive.state));
    await once.stop();
    await stack.stop();
  });
});
