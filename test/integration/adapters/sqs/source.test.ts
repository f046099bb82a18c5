import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createSqsSource } from '../../../../src/adapters/sqs/source.ts';
import type { MessageSource } from '../../../../src/domain/ports.ts';
import { testAws } from '../../../helpers/aws-clients.ts';

const aws = testAws();
const NOTICE = JSON.stringify({ s3Bucket: 'logs', s3ObjectKey: ['a.json'] });
let queues = 0;

function aQueue(options: { waitSeconds?: number; visibilitySeconds?: number } = {}) {
  const { server, clients, place } = aws();
  const { queueUrl } = server.createQueue(`trail-${++queues}`, { region: 'eu-west-1' });
  const client = clients.sqs(place);
  const stale: number[] = [];
  const source: MessageSource = createSqsSource({
    name: 'trail',
    client,
    queueUrl,
    waitSeconds: options.waitSeconds ?? 0,
    visibilitySeconds: options.visibilitySeconds ?? 30,
    prefixes: [],
    now: () => 5_000,
    onStale: (count) => stale.push(count),
  });
  const send = (body: string) =>
    client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  const inspect = () => server.inspectQueue(`trail-${queues}`)!.messages;
  return { source, send, inspect, stale };
}

const running = new AbortController().signal;

describe('a queue of SQS', () => {
  it('reads messages and what they name', async () => {
    const { source, send } = aQueue();
    await send(NOTICE);
    const [delivery] = await source.receive(running);
    expect(delivery).toMatchObject({ receivedAt: 5_000, attempts: 1, skipped: {} });
    expect(delivery?.refs).toMatchObject([{ kind: 'object', bucket: 'logs', key: 'a.json', queue: 'trail' }]);
    expect(delivery?.messageId).toMatch(/./);
  });

  it('reports what it cannot understand', async () => {
    const { source, send } = aQueue();
    await send('not JSON');
    const [delivery] = await source.receive(running);
    expect(delivery?.problem).toEqual({ reason: 'the message is not JSON', excerpt: 'not JSON' });
  });

  it('deletes more than one batch of ten', async () => {
    const { source, send, inspect } = aQueue();
    await Promise.all(Array.from({ length: 13 }, () => send(NOTICE)));
    const first = await source.receive(running);
    const second = await source.receive(running);
    expect([first.length, second.length]).toEqual([10, 3]);
    await source.delete([...first, ...second].map(({ handle }) => handle));
    expect(inspect().inflight).toEqual([]);
    expect(inspect().ready).toEqual([]);
  });

  it('hides a message for longer, and gives it back at once when told so', async () => {
    const { source, send, inspect } = aQueue({ visibilitySeconds: 30 });
    await send(NOTICE);
    const [delivery] = await source.receive(running);
    await source.extend([delivery!.handle], 600);
    expect(inspect().inflight[0]!.visibilityDeadline).toBeGreaterThan(Date.now() + 300_000);
    await source.extend([delivery!.handle], 0);
    const [again] = await source.receive(running);
    expect(again).toMatchObject({ messageId: delivery!.messageId, attempts: 2 });
    expect(again!.handle).not.toBe(delivery!.handle);
  });

  it('passes over handles that SQS no longer knows, and does the rest of their batch', async () => {
    const { source, send, inspect, stale } = aQueue();
    await send(NOTICE);
    const [delivery] = await source.receive(running);
    await source.extend(['no-such-handle', delivery!.handle], 600);
    expect(stale).toEqual([1]);
    await source.delete(['no-such-handle', delivery!.handle]);
    expect(inspect().inflight).toEqual([]);
  });

  it('loses nothing when it is stopped during a poll', async () => {
    const { source, send } = aQueue({ waitSeconds: 2 });
    const stop = new AbortController();
    const poll = source.receive(stop.signal);
    stop.abort();
    await send(NOTICE);
    expect(await poll).toHaveLength(1);
    expect(await source.receive(stop.signal)).toEqual([]);
  });

  it('calls a queue that is not there a fault of the configuration', async () => {
    const { clients, place } = aws();
    const source = createSqsSource({
      name: 'trail',
      client: clients.sqs(place),
      queueUrl: `${place.endpoint}/000000000000/missing`,
      waitSeconds: 0,
      visibilitySeconds: 30,
      prefixes: [],
      now: () => 0,
    });
    await expect(source.receive(running)).rejects.toMatchObject({
      fault: 'config',
      details: { queue: 'trail', reason: 'QueueDoesNotExist' },
    });
  });

  it('says why, and tries again, where nobody answers', async () => {
    const { clients, place } = aws();
    const source = createSqsSource({
      name: 'trail',
      client: clients.sqs({ ...place, endpoint: 'http://127.0.0.1:9' }),
      queueUrl: 'http://127.0.0.1:9/000000000000/trail',
      waitSeconds: 0,
      visibilitySeconds: 30,
      prefixes: [],
      now: () => 0,
    });
    await expect(source.receive(running)).rejects.toMatchObject({
      fault: 'retryable',
      message: 'cannot receive from the queue (ECONNREFUSED)',
    });
  });
});
