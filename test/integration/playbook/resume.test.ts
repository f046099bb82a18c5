import { describe, expect, it } from 'vitest';
import { createKeys } from '../../../src/adapters/redis/keys.ts';
import { createRuns } from '../../../src/adapters/redis/runs.ts';
import type { Journal, RunStore } from '../../../src/domain/ports.ts';
import { createRunPlaybook } from '../../../src/playbook/run.ts';
import { aPlaybook, aRunRoom, aSubject } from '../../helpers/a-playbook.ts';
import { aRecordingDesk } from '../../helpers/a-recording-desk.ts';
import { testRedis } from '../../helpers/redis.ts';

const { redis, prefix } = testRedis();

const playbook = aPlaybook(`playbook: x
version: 1
when: {alertType: a.b}
mode: enforce
steps:
  - {id: task, do: thehive.add-task, with: {title: Restore logging}}
  - {id: key, do: thehive.add-observable, with: {type: ip, value: 198.51.100.7, tags: [source]}}
  - {id: note, do: thehive.add-comment, with: {text: "{{ steps.task.summary }}"}}
`);

/** Where a process may die, in the order in which it gets there: three places a step, and begin and end. */
const DEATHS: [string, number][] = [
  ['begin', 1],
  ...['effect', 'journal', 'record'].flatMap((place) =>
    [1, 2, 3].map((nth): [string, number] => [place, nth]),
  ),
  ['finish', 1],
];

/** Dies at the nth visit of one place, after what it did there, once. */
function aDeath(place: string, nth: number) {
  let visits = 0;
  return (here: string): void => {
    if (here === place && ++visits === nth) throw new Error(`died at ${place} ${nth}`);
  };
}

function dyingRuns(runs: RunStore, die: (here: string) => void): RunStore {
  return {
    ...runs,
    begin: async (...args) => {
      const state = await runs.begin(...args);
      die('begin');
      return state;
    },
    record: async (...args) => {
      await runs.record(...args);
      die('record');
    },
    finish: async (...args) => {
      await runs.finish(...args);
      die('finish');
    },
  };
}

describe('a run that dies and is taken up again by another process', () => {
  it.each(DEATHS)(
    'at %s %i: every effect is there once, and every result is journalled',
    async (place, nth) => {
      const die = aDeath(place, nth);
      const { desk, effects } = aRecordingDesk(() => {
        try {
          die('effect');
        } catch {
          return 'after';
        }
        return undefined;
      });
      const room = aRunRoom();
      const journal: Journal = {
        ...room.journal,
        append: async (added) => {
          await room.journal.append(added);
          die('journal');
        },
      };
      const keys = createKeys(`${prefix}${place}${nth}`, 1);
      const process = () =>
        createRunPlaybook({ ...room, desk, journal, runs: dyingRuns(createRuns(redis, keys), die) });

      await expect(process()(playbook, aSubject())).rejects.toThrow(/died|cut after/);
      const results = await process()(playbook, aSubject());

      expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
      expect(effects.map(({ name }) => name)).toEqual(['task', 'observable', 'comment']);
      const journalled = room.entries.flatMap((entry) =>
        entry.kind === 'step' ? [entry.result.stepId] : [],
      );
      expect([...new Set(journalled)]).toEqual(['task', 'key', 'note']);
    },
  );
});
