import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { TrailhiveError } from '../../domain/errors.ts';
import type { Delivery, MessageSource } from '../../domain/ports.ts';
import { parseMessage } from './parse-message.ts';

const BATCH = 10;
const TRIES = 3;

/** Faults that no repetition mends: the name of the queue or our rights are wrong. */
const SET_UP_WRONG = new Set([
  'QueueDoesNotExist',
  'AccessDenied',
  'AccessDeniedException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
]);

export interface SqsSourceOptions {
  /** Name of the configured queue. */
  readonly name: string;
  readonly client: SQSClient;
  /** As SQS gave it: passed back unchanged. */
  readonly queueUrl: string;
  /** Long poll, at most 20. */
  readonly waitSeconds: number;
  /** How long a received message stays hidden. */
  readonly visibilitySeconds: number;
  readonly prefixes: readonly string[];
  readonly now: () => number;
  /** Told of handles that SQS no longer knows: their messages come back, or are gone. */
  readonly onStale?: (count: number) => void;
}

/**
 * A queue of SQS.
 *
 * `receive` waits a poll that is in flight out, also when the signal aborts: a
 * cut connection would leave the messages of its answer hidden until their
 * visibility ends. So a stop takes up to `waitSeconds`.
 */
export function createSqsSource(options: SqsSourceOptions): MessageSource {
  const { client, queueUrl: QueueUrl } = options;

  async function inBatches(
    handles: readonly string[],
    send: (entries: readonly Entry[]) => Promise<Failures>,
  ): Promise<void> {
    for (let start = 0; start < handles.length; start += BATCH) {
      const stale = await sendBatch(handles.slice(start, start + BATCH), send, options.name);
      if (stale > 0) options.onStale?.(stale);
    }
  }

  return {
    name: options.name,
    async receive(signal) {
      if (signal.aborted) return [];
      try {
        const answer = await client.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: BATCH,
            WaitTimeSeconds: options.waitSeconds,
            VisibilityTimeout: options.visibilitySeconds,
            MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
          }),
        );
        const receivedAt = options.now();
        return (answer.Messages ?? []).map((message) => toDelivery(message, options, receivedAt));
      } catch (error) {
        throw classified(error, 'cannot receive from the queue', options.name);
      }
    },
    delete: (handles) =>
      inBatches(handles, (entries) =>
        client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [...entries] })),
      ),
    extend: (handles, seconds) =>
      inBatches(handles, (entries) =>
        client.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl,
            Entries: entries.map((entry) => ({ ...entry, VisibilityTimeout: seconds })),
          }),
        ),
      ),
  };
}

interface Entry {
  readonly Id: string;
  readonly ReceiptHandle: string;
}

interface Failures {
  readonly Failed?: readonly { Id?: string | undefined; SenderFault?: boolean | undefined }[] | undefined;
}

/**
 * Sends up to ten entries and repeats those that the service failed on. An entry
 * that is refused as the sender's fault has a handle that ran out: there is
 * nothing to do, its message comes back under a new one. Returns how many.
 */
async function sendBatch(
  handles: readonly string[],
  send: (entries: readonly Entry[]) => Promise<Failures>,
  queue: string,
): Promise<number> {
  let entries = handles.map((handle, index): Entry => ({ Id: String(index), ReceiptHandle: handle }));
  let stale = 0;
  for (let tries = 0; tries < TRIES && entries.length > 0; tries += 1) {
    let failed: NonNullable<Failures['Failed']>;
    try {
      failed = (await send(entries)).Failed ?? [];
    } catch (error) {
      throw classified(error, 'the queue refused a batch', queue);
    }
    stale += failed.filter(({ SenderFault }) => SenderFault === true).length;
    const again = new Set(failed.filter(({ SenderFault }) => SenderFault !== true).map(({ Id }) => Id));
    entries = entries.filter(({ Id }) => again.has(Id));
  }
  if (entries.length === 0) return stale;
  throw new TrailhiveError('retryable', 'the queue failed on a part of a batch', {
    details: { queue, failed: entries.length },
  });
}

function toDelivery(message: Message, options: SqsSourceOptions, receivedAt: number): Delivery {
  const sentAt = Number(message.Attributes?.SentTimestamp ?? receivedAt);
  const parsed = parseMessage(message.Body ?? '', {
    queue: options.name,
    sentAt,
    prefixes: options.prefixes,
  });
  return {
    messageId: message.MessageId ?? '',
    handle: message.ReceiptHandle ?? '',
    receivedAt,
    attempts: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
    ...parsed,
  };
}

function classified(error: unknown, message: string, queue: string): TrailhiveError {
  const reason = reasonOf(error);
  const fault = SET_UP_WRONG.has(reason) ? 'config' : 'retryable';
  return new TrailhiveError(fault, `${message} (${reason})`, { cause: error, details: { queue, reason } });
}

/** What AWS calls it, or the system where AWS was not reached: `ECONNREFUSED`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return error.name === 'Error' && typeof code === 'string' ? code : error.name;
}
