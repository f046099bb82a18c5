import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryReceipts } from '../../src/adapters/memory/receipts.ts';
import { createKeys } from '../../src/adapters/redis/keys.ts';
import { createReceipts } from '../../src/adapters/redis/receipts.ts';
import type { Receipt, ReceiptStore } from '../../src/domain/ports.ts';
import { testRedis } from '../helpers/redis.ts';

const { redis, prefix } = testRedis();
let stores = 0;

const implementations: readonly (readonly [string, () => ReceiptStore])[] = [
  ['memory', createMemoryReceipts],
  ['redis', () => createReceipts(redis, createKeys(`${prefix}x${++stores}`, 1))],
];

function aReceipt(messageId: string, changes: Partial<Receipt> = {}): Receipt {
  return { queue: 'trail', messageId, handle: `handle-${messageId}`, receivedAt: 1_000, ...changes };
}

const idsOf = (receipts: readonly Receipt[]) => receipts.map(({ messageId }) => messageId).sort();

describe.each(implementations)('receipts: %s', (_name, create) => {
  it('settles a message when the last of its refs is done', async () => {
    const receipts = create();
    await receipts.open(aReceipt('m1'), ['r1', 'r2']);
    await receipts.stagesDone('r1', []);
    expect(idsOf(await receipts.settled('trail'))).toEqual([]);
    await receipts.stagesDone('r2', []);
    expect(await receipts.settled('trail')).toEqual([aReceipt('m1')]);
    expect(await receipts.waiting('trail')).toEqual([]);
  });

  it('settles a message without refs at once', async () => {
    const receipts = create();
    await receipts.open(aReceipt('m1'), []);
    expect(idsOf(await receipts.settled('trail'))).toEqual(['m1']);
  });

  it('waits for each revision that a ref caused', async () => {
    const receipts = create();
    await receipts.open(aReceipt('m1'), ['r1']);
    await receipts.stagesDone('r1', [
      { fingerprint: 'a', revision: 2 },
      { fingerprint: 'b', revision: 1 },
    ]);
    expect(idsOf(await receipts.waiting('trail'))).toEqual(['m1']);
    await receipts.accepted('a', 1);
    await receipts.accepted('b', 1);
    expect(await receipts.waitsFor('trail', 'm1')).toEqual([{ fingerprint: 'a', revision: 2 }]);
    expect(idsOf(await receipts.settled('trail'))).toEqual([]);
    await receipts.accepted('a', 3);
    expect(idsOf(await receipts.settled('trail'))).toEqual(['m1']);
  });

  it('does not wait for a revision that was accepted before its ref was done', async () => {
    const receipts = create();
    await receipts.open(aReceipt('m1'), ['r1']);
    await receipts.accepted('a', 5);
    await receipts.accepted('a', 4);
    await receipts.stagesDone('r1', [{ fingerprint: 'a', revision: 5 }]);
    expect(idsOf(await receipts.settled('trail'))).toEqual(['m1']);
  });

  it('waits for a later revision than the one accepted', async () => {
    const receipts = create();
    await receipts.open(aReceipt('m1'), ['r1']);
    await receipts.accepted('a', 5);
    await receipts.stagesDone('r1', [{ fingerprint: 'a', revision: 6 }]);
    expect(await receipts.waitsFor('trail', 'm1')).toEqual([{ fingerprint: 'a', revision: 6 }]);
  });

  it('lets several messages wait for one ref and one revision', async () => {
    const receipts = create();
    await receipts.open(aReceipt('m1'), ['r1']);
    await receipts.open(aReceipt('m2'), ['r1', 'r2']);
    await receipts.open(aReceipt('m3', { queue: 'other' }), ['r2']);
    await receipts.stagesDone('r1', [{ fingerprint: 'a', revision: 1 }]);
    await receipts.stagesDone('r2', [{ fingerprint: 'a', revision: 2 }]);
    expect(await receipts.waitsFor('trail', 'm2')).toEqual([{ fingerprint: 'a', revision: 2 }]);
    await receipts.accepted('a', 1);
    expect(idsOf(await receipts.settled('trail'))).toEqual(['m1']);
    await receipts.accepted('a', 2);
    expect(idsOf(await receipts.settled('trail'))).toEqual(['m1', 'm2']);
    expect(idsOf(await receipts.settled('other'))).toEqual(['m3']);
  });

  it('takes the new handle of a message that came back, and keeps what is settled', async () => {
    const receipts = create();
    await receipts.open(aReceipt('m1'), ['r1', 'r2']);
    await receipts.stagesDone('r1', []);
    await receipts.open(aReceipt('m1', { handle: 'new', receivedAt: 9_000 }), ['r1', 'r2']);
    expect(await receipts.waiting('trail')).toEqual([aReceipt('m1', { handle: 'new', receivedAt: 9_000 })]);
    await receipts.stagesDone('r2', []);
    expect(await receipts.settled('trail')).toEqual([aReceipt('m1', { handle: 'new', receivedAt: 9_000 })]);
    await receipts.open(aReceipt('m1', { handle: 'newer' }), ['r1', 'r2']);
    expect(await receipts.settled('trail')).toEqual([aReceipt('m1', { handle: 'newer' })]);
  });

  it('does not let a message wait for a ref that was settled a moment ago', async () => {
    const receipts = create();
    await receipts.open(aReceipt('m1'), ['r1']);
    await receipts.stagesDone('r1', []);
    await receipts.close('trail', 'm1');
    await receipts.open(aReceipt('m2'), ['r1']);
    expect(idsOf(await receipts.settled('trail'))).toEqual(['m2']);
  });

  it('lets a message wait for the revisions of a ref whose stages were done before it came', async () => {
    const receipts = create();
    await receipts.stagesDone('r1', [{ fingerprint: 'a', revision: 1 }]);
    await receipts.open(aReceipt('m1'), ['r1']);
    expect(await receipts.waitsFor('trail', 'm1')).toEqual([{ fingerprint: 'a', revision: 1 }]);
    await receipts.accepted('a', 1);
    expect(idsOf(await receipts.settled('trail'))).toEqual(['m1']);
  });

  it('adds the revisions of a job that ran twice', async () => {
    const receipts = create();
    await receipts.open(aReceipt('m1'), ['r1']);
    await receipts.stagesDone('r1', [{ fingerprint: 'a', revision: 1 }]);
    await receipts.stagesDone('r1', [{ fingerprint: 'b', revision: 1 }]);
    await receipts.accepted('b', 1);
    expect(idsOf(await receipts.settled('trail'))).toEqual([]);
    await receipts.accepted('a', 1);
    expect(idsOf(await receipts.settled('trail'))).toEqual(['m1']);
  });

  it('forgets a closed message, waiting or settled', async () => {
    const receipts = create();
    await receipts.open(aReceipt('m1'), ['r1']);
    await receipts.open(aReceipt('m2'), []);
    await receipts.close('trail', 'm1');
    await receipts.close('trail', 'm2');
    await receipts.stagesDone('r1', []);
    expect(await receipts.waiting('trail')).toEqual([]);
    expect(await receipts.settled('trail')).toEqual([]);
  });

  it('settles exactly when all is done, whatever the order and however often each call comes', async () => {
    await fc.assert(
      fc.asyncProperty(aStory(), async ({ messages, refs, calls }) => {
        const receipts = create();
        const opened = new Set<string>();
        const done = new Set<string>();
        const accepted = new Map<string, number>();
        for (const call of calls) {
          await call.run(receipts);
          if (call.message !== undefined) opened.add(call.message);
          if (call.ref !== undefined) done.add(call.ref);
          if (call.accept !== undefined) {
            const [fingerprint, revision] = call.accept;
            accepted.set(fingerprint, Math.max(revision, accepted.get(fingerprint) ?? 0));
          }
          const isSettled = (ref: string) =>
            done.has(ref) && refs.get(ref)!.every((wait) => (accepted.get(wait[0]) ?? 0) >= wait[1]);
          const known = messages.filter(([id]) => opened.has(id));
          const expected = known.filter(([, names]) => names.every(isSettled)).map(([id]) => id);
          expect(idsOf(await receipts.settled('trail'))).toEqual(expected.sort());
          expect((await receipts.waiting('trail')).length).toBe(known.length - expected.length);
        }
      }),
      { numRuns: 60 },
    );
  });
});

interface Call {
  readonly run: (receipts: ReceiptStore) => Promise<void>;
  readonly message?: string;
  readonly ref?: string;
  readonly accept?: readonly [string, number];
}

/** Messages over refs over revisions, and every call that settles them, shuffled, some of them twice. */
function aStory() {
  const waits = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 3 })), {
    maxLength: 3,
  });
  return fc
    .record({
      waits: fc.array(waits, { minLength: 1, maxLength: 4 }),
      names: fc.array(fc.array(fc.nat(3), { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
    })
    .chain(({ waits: all, names }) => {
      const refs = new Map<string, (typeof all)[number]>(all.map((wait, index) => [`r${index}`, wait]));
      const messages = names.map(
        (list, index) => [`m${index}`, [...new Set(list.map((n): string => `r${n % all.length}`))]] as const,
      );
      const calls: Call[] = [...refs].flatMap(([ref, wait]) => [
        {
          ref,
          run: (receipts) =>
            receipts.stagesDone(
              ref,
              wait.map(([fingerprint, revision]) => ({ fingerprint, revision })),
            ),
        },
        ...wait.map(
          ([fingerprint, revision]): Call => ({
            accept: [fingerprint, revision],
            run: (receipts) => receipts.accepted(fingerprint, revision),
          }),
        ),
      ]);
      const opens = messages.map(
        ([id, list]): Call => ({ message: id, run: (receipts) => receipts.open(aReceipt(id), list) }),
      );
      const twice = [...opens, ...calls, ...opens, ...calls];
      return fc
        .shuffledSubarray(twice, { minLength: twice.length, maxLength: twice.length })
        .map((shuffled) => ({ messages, refs, calls: shuffled }));
    });
}

describe('what receipts write to Redis', () => {
  it('has a TTL, every key, at every step', async () => {
    const own = `${prefix}x${++stores}`;
    const receipts = createReceipts(redis, createKeys(own, 1));
    const steps = [
      () => receipts.open(aReceipt('m1'), ['r1', 'r2']),
      () => receipts.open(aReceipt('m2'), ['r1']),
      () => receipts.stagesDone('r1', [{ fingerprint: 'a', revision: 1 }]),
      () => receipts.accepted('a', 1),
      () => receipts.stagesDone('r2', []),
      () => receipts.close('trail', 'm1'),
      () => receipts.close('trail', 'm2'),
    ];
    for (const step of steps) {
      await step();
      const keys = await redis.keys(`${own}:*`);
      const lasting = [];
      for (const key of keys) if ((await redis.pttl(key)) <= 0) lasting.push(key);
      expect(lasting).toEqual([]);
      expect(keys.every((key) => key.startsWith(`${own}:{receipts}:`))).toBe(true);
    }
    const left = (await redis.keys(`${own}:*`)).map((key) => key.slice(`${own}:{receipts}:`.length)).sort();
    expect(left).toEqual(['f:a:accepted', 'r:r1:done', 'r:r2:done']);
  });
});
