import type { Receipt, ReceiptStore } from '../../domain/ports.ts';

interface Message {
  readonly receipt: Receipt;
  readonly pending: Set<string>;
}

/** A ref whose stages are done, with the revisions that it still waits for. */
type Revisions = Map<string, number>;

/** Receipts of one process, for offline runs and tests. Nothing expires. */
export function createMemoryReceipts(): ReceiptStore {
  const messages = new Map<string, Message>();
  const refs = new Map<string, Revisions>();
  const acceptedUpTo = new Map<string, number>();

  const isSettled = (refId: string): boolean => refs.get(refId)?.size === 0;

  function settle(refId: string): void {
    if (!isSettled(refId)) return;
    for (const message of messages.values()) message.pending.delete(refId);
  }

  function list(queue: string, settled: boolean): Receipt[] {
    return [...messages.values()]
      .filter(({ receipt, pending }) => receipt.queue === queue && (pending.size === 0) === settled)
      .map(({ receipt }) => receipt)
      .sort((a, b) => a.receivedAt - b.receivedAt);
  }

  return {
    async open(receipt, refIds) {
      const token = tokenOf(receipt.queue, receipt.messageId);
      const known = messages.get(token);
      messages.set(token, {
        receipt,
        pending: known?.pending ?? new Set(refIds.filter((refId) => !isSettled(refId))),
      });
    },
    async stagesDone(refId, revisions) {
      const waited: Revisions = refs.get(refId) ?? new Map();
      refs.set(refId, waited);
      for (const { fingerprint, revision } of revisions) {
        const known = Math.max(acceptedUpTo.get(fingerprint) ?? 0, waited.get(fingerprint) ?? 0);
        if (revision > known) waited.set(fingerprint, revision);
      }
      settle(refId);
    },
    async accepted(fingerprint, revision) {
      const upTo = Math.max(revision, acceptedUpTo.get(fingerprint) ?? 0);
      acceptedUpTo.set(fingerprint, upTo);
      for (const [refId, waited] of refs) {
        if ((waited.get(fingerprint) ?? Number.POSITIVE_INFINITY) > upTo) continue;
        waited.delete(fingerprint);
        settle(refId);
      }
    },
    settled: async (queue) => list(queue, true),
    waiting: async (queue) => list(queue, false),
    async waitsFor(queue, messageId) {
      const highest = new Map<string, number>();
      for (const refId of messages.get(tokenOf(queue, messageId))?.pending ?? []) {
        for (const [fingerprint, revision] of refs.get(refId) ?? []) {
          highest.set(fingerprint, Math.max(revision, highest.get(fingerprint) ?? 0));
        }
      }
      return [...highest].map(([fingerprint, revision]) => ({ fingerprint, revision }));
    },
    async close(queue, messageId) {
      messages.delete(tokenOf(queue, messageId));
    },
  };
}

function tokenOf(queue: string, messageId: string): string {
  return JSON.stringify([queue, messageId]);
}
