import type { Redis } from 'ioredis';
import { hashOf } from '../../domain/hash.ts';
import type { Receipt, ReceiptStore } from '../../domain/ports.ts';
import { defineScript } from './connection.ts';
import type { Keys } from './keys.ts';

/** Longer than a message can stay hidden (12 h) by far: a receipt without an end is a bug, not a load. */
const KEEP_MS = 3 * 24 * 60 * 60_000;

/**
 * How long a settled ref is remembered. It only has to outlive the job that
 * settled it: a message that names the ref in between adds a job that the queue
 * takes for the same one, so nobody would settle it again.
 */
const REMEMBER_SETTLED_MS = 15 * 60_000;

const LIST_LIMIT = 10_000;

/** Receipts in Redis: each call is one script, so processes may call in any order at the same time. */
export function createReceipts(redis: Redis, keys: Keys): ReceiptStore {
  const base = [keys.receipts.base()];
  const open = defineScript(redis, 'receipts-open');
  const stagesDone = defineScript(redis, 'receipts-stages-done');
  const accepted = defineScript(redis, 'receipts-accepted');
  const list = defineScript(redis, 'receipts-list');
  const waitsFor = defineScript(redis, 'receipts-waits-for');
  const close = defineScript(redis, 'receipts-close');

  async function listed(queue: string, which: 'waiting' | 'settled'): Promise<readonly Receipt[]> {
    return toReceipts(queue, (await list(base, [queueHash(queue), which, LIST_LIMIT])) as string[]);
  }

  return {
    async open(receipt, refIds) {
      const { queue, messageId, handle, receivedAt } = receipt;
      const head = [tokenOf(queue, messageId), queueHash(queue), messageId, handle, receivedAt, KEEP_MS];
      await open(base, [...head, ...refIds]);
    },
    async stagesDone(refId, revisions) {
      const pairs = revisions.flatMap(({ fingerprint, revision }) => [fingerprint, revision]);
      await stagesDone(base, [refId, KEEP_MS, REMEMBER_SETTLED_MS, ...pairs]);
    },
    async accepted(fingerprint, revision) {
      await accepted(base, [fingerprint, revision, KEEP_MS, REMEMBER_SETTLED_MS]);
    },
    settled: (queue) => listed(queue, 'settled'),
    waiting: (queue) => listed(queue, 'waiting'),
    async waitsFor(queue, messageId) {
      return toRevisions((await waitsFor(base, [tokenOf(queue, messageId)])) as string[]);
    },
    async close(queue, messageId) {
      await close(base, [tokenOf(queue, messageId), queueHash(queue)]);
    },
  };
}

function tokenOf(queue: string, messageId: string): string {
  return hashOf([queue, messageId]);
}

function queueHash(queue: string): string {
  return hashOf([queue]);
}

function toReceipts(queue: string, flat: readonly string[]): Receipt[] {
  const receipts: Receipt[] = [];
  for (let i = 0; i + 2 < flat.length; i += 3) {
    const [messageId = '', handle = '', receivedAt = ''] = flat.slice(i, i + 3);
    receipts.push({ queue, messageId, handle, receivedAt: Number(receivedAt) });
  }
  return receipts;
}

function toRevisions(flat: readonly string[]): { fingerprint: string; revision: number }[] {
  const highest = new Map<string, number>();
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const fingerprint = flat[i] ?? '';
    highest.set(fingerprint, Math.max(Number(flat[i + 1]), highest.get(fingerprint) ?? 0));
  }
  return [...highest].map(([fingerprint, revision]) => ({ fingerprint, revision }));
}
