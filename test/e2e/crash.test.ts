import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { tellStory } from '../../src/entry/cli/demo/story.ts';
import { type AStack, aStack, NOON } from '../helpers/a-stack.ts';
import { normalForm, toldTwice } from './normal-form.ts';

const { objects, repeat } = tellStory(NOON);

async function deliverAll(stack: AStack): Promise<void> {
  for (const object of [...objects, repeat]) await stack.deliver(object);
}

/** What was written to TheHive, or tried. */
function writes({ hive }: AStack): number {
  return hive.state.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('/query'))
    .length;
}

/** Ingest and worker in another process. */
async function startProcess(stack: AStack): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'service-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, TRAILHIVE_E2E: JSON.stringify(stack.settings) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** As soon as it is so; a look every millisecond, since a hundred requests take a second. */
async function atOnce(found: () => boolean): Promise<void> {
  for (const until = Date.now() + 20_000; !found() && Date.now() < until; ) await sleep(1);
}

describe('a process that is killed again and again', () => {
  it('loses nothing and doubles nothing', { timeout: 240_000 }, async () => {
    const calm = await aStack();
    const installed = writes(calm);
    await deliverAll(calm);
    await calm.settle();
    const undisturbed = normalForm(calm.hive.state);
    const total = writes(calm) - installed;
    expect(total).toBeGreaterThan(20);
    await calm.stop();

    const stack = await aStack({ roles: [] });
    await deliverAll(stack);
    for (const part of [0.05, 0.3, 0.6]) {
      const child = await startProcess(stack);
      const from = writes(stack);
      await atOnce(() => writes(stack) - installed >= part * total && writes(stack) > from);
      await kill(child);
      await stack.outliveLocks();
      const { visible, inFlight } = await stack.aws.counts(stack.trail.queueUrl);
      expect(visible + inFlight, `messages left when killed at ${part}`).toBeGreaterThan(0);
    }

    await stack.restart();
    await stack.settle();
    expect(normalForm(stack.hive.state)).toEqual(undisturbed);
    expect(toldTwice(stack.hive.state)).toEqual([]);
    expect(await stack.entries('dead-letter')).toEqual([]);
    await stack.stop();
  });
});
