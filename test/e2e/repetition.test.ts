import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readStory } from '../../src/entry/cli/demo/data-file.ts';
import { type StoryObject, tellStory } from '../../src/entry/cli/demo/story.ts';
import type { State } from '../emulators/thehive/store.ts';
import { aStack, NOON } from '../helpers/a-stack.ts';
import { normalForm, toldTwice } from './normal-form.ts';
import { inRandomParts, seeded, shuffled } from './seeded.ts';

const STRATUS = join(import.meta.dirname, '../../../shared/data/cloudtrail/stratus.cloudtrail.ndjson');

interface Outcome {
  readonly state: State;
  readonly form: readonly string[];
  readonly twice: readonly string[];
  readonly deadLetters: readonly unknown[];
}

/** What TheHive holds after the objects have come, one after the other. */
async function after(
  objects: readonly StoryObject[],
  options: { readonly at: number; readonly latenessHours: number },
): Promise<Outcome> {
  const { at, latenessHours } = options;
  const stack = await aStack({ config: { alerts: { latenessHours } } });
  try {
    for (const object of objects) await stack.deliver({ ...object, at });
    await stack.settle();
    const { state } = stack.hive;
    const deadLetters = await stack.entries('dead-letter');
    return { state, form: normalForm(state), twice: toldTwice(state), deadLetters };
  } finally {
    await stack.stop();
  }
}

/** Every record three times, in any order, in objects of other sizes. */
function mixed(objects: readonly StoryObject[], seed: number): StoryObject[] {
  const random = seeded(seed);
  const records = objects.flatMap((object) => object.records);
  const all = shuffled([...records, ...records, ...records], random);
  const most = Math.ceil(all.length / 8);
  return inRandomParts(all, most, random).map((part) => ({
    account: '111122223333',
    region: 'eu-west-1',
    records: part,
  }));
}

type Data = { readonly objects: readonly StoryObject[]; readonly at: number; readonly latenessHours: number };

function comesOutTheSame(load: () => Data, seeds: readonly number[]): () => Outcome {
  let data: Data;
  let once: Outcome;
  beforeAll(async () => {
    data = load();
    once = await after(data.objects, data);
  });

  it('sent once, tells nothing twice', () => {
    expect(once.form.length).toBeGreaterThan(100);
    expect(once.twice).toEqual([]);
  });

  it.each(seeds)(
    'sent three times, shuffled (seed %i) and split anew, ends in the same alerts, observables and open cases',
    async (seed) => {
      const again = await after(mixed(data.objects, seed), data);
      expect(again.form).toEqual(once.form);
      expect(again.twice).toEqual([]);
      expect(again.deadLetters).toEqual([]);
    },
    // Three times all records through every stage: on a machine with other work, half a minute and more.
    120_000,
  );
  return () => once;
}

describe('the built-in story', () => {
  comesOutTheSame(() => ({ objects: tellStory(NOON).objects, at: NOON, latenessHours: 24 }), [1, 2, 3]);
});

const isThere = existsSync(STRATUS);

describe.runIf(isThere)(`the Stratus records${isThere ? '' : ' (not beside the repository)'}`, () => {
  const once = comesOutTheSame(() => {
    const { objects, oldest } = readStory(STRATUS);
    return { objects, at: NOON, latenessHours: Math.ceil((NOON - oldest) / 3_600_000) };
  }, [4, 5]);

  // The anonymised addresses have leading zeros and the like; observables hold the canonical text.
  it.each([
    ['StopLogging', 'arn:aws:iam::143434273843:user/christophe', '86.245.153.234', '143434273843'],
    ['DeleteTrail', 'arn:aws:iam::847129010505:user/christophe', '8.1.250.216', '847129010505'],
    ['PutEventSelectors', 'arn:aws:iam::958312252124:user/christophe', '221.254.191.250', '958312252124'],
    ['a security group', 'arn:aws:iam::032092706103:user/christophe', '253.243.215.253', '032092706103'],
    [
      'denied GetPasswordData',
      'arn:aws:iam::457448411975:role/stratus-red-team-ec2-get-password-data-role',
      '200.249.253.51',
      '457448411975',
    ],
  ])('%s has an open case with actor, source address and account', (_what, actor, address, account) => {
    const { cases, observables } = once().state;
    const of = (caseId: string) => observables.filter(({ parent }) => parent.id === caseId);
    const own = cases.filter(({ _id }) => of(_id).some(({ data }) => data === actor));
    expect(own).toHaveLength(1);
    expect(own[0]?.stage).toBe('New');
    const tagsOf = (dataType: string, data: string) =>
      of(own[0]?._id ?? '').find((each) => each.dataType === dataType && each.data === data)?.tags;
    expect(tagsOf('aws-principal', actor)).toContain('actor');
    expect(tagsOf('ip', address)).toContain('source');
    expect(tagsOf('aws-account', account)).toContain('account');
  });
});
