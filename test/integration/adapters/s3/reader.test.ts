import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createAwsClients } from '../../../../src/adapters/aws/credentials.ts';
import { createS3Reader } from '../../../../src/adapters/s3/reader.ts';
import type { InlineRef, ObjectRef } from '../../../../src/domain/batch.ts';
import { testAws } from '../../../helpers/aws-clients.ts';
import { withServer } from '../../../helpers/with-server.ts';

const aws = testAws();

function anObjectRef(key: string, bucket = 'logs'): ObjectRef {
  return { kind: 'object', id: key, queue: 'trail', bucket, key, deliveredAt: 0 };
}

async function aReader(maxBytes = 1_000) {
  const { server, clients, place } = aws();
  server.createBucket('logs');
  const client = clients.s3(place);
  const put = (key: string, body: string) =>
    client.send(new PutObjectCommand({ Bucket: 'logs', Key: key, Body: body }));
  return { reader: createS3Reader({ clientFor: () => client, maxBytes }), put };
}

function withAnswer(
  answer: { status: number; headers?: Record<string, string>; chunks: readonly string[] },
  run: (endpoint: string) => Promise<void>,
): Promise<void> {
  return withServer((_request, response) => {
    response.writeHead(answer.status, answer.headers);
    for (const chunk of answer.chunks) response.write(chunk);
    response.end();
  }, run);
}

function readerAt(endpoint: string, maxBytes = 1_000) {
  const clients = createAwsClients({ credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const client = clients.s3({ region: 'eu-west-1', endpoint });
  return createS3Reader({ clientFor: () => client, maxBytes });
}

describe('reading objects', () => {
  it('reads an object under any key', async () => {
    const { reader, put } = await aReader();
    const key = 'AWSLogs/a b+c:é.json';
    await put(key, '{"Records":[]}');
    const batch = await reader.read(anObjectRef(key));
    expect(Buffer.from(batch.bytes).toString()).toBe('{"Records":[]}');
    expect(batch.ref).toEqual(anObjectRef(key));
  });

  it('reads an inline ref from itself', async () => {
    const { reader } = await aReader();
    const ref: InlineRef = {
      kind: 'inline',
      id: 'i',
      queue: 'trail',
      body: '{"Records":[]}',
      deliveredAt: 0,
    };
    expect(Buffer.from((await reader.read(ref)).bytes).toString()).toBe('{"Records":[]}');
  });

  it('refuses what is larger than the bound, as input', async () => {
    const { reader, put } = await aReader(10);
    await put('ten.json', '0123456789');
    await put('eleven.json', '01234567890');
    expect((await reader.read(anObjectRef('ten.json'))).bytes).toHaveLength(10);
    await expect(reader.read(anObjectRef('eleven.json'))).rejects.toMatchObject({
      fault: 'input',
      details: { object: 's3://logs/eleven.json', maxBytes: 10 },
    });
  });

  it('refuses a larger body also where its length is not stated', async () => {
    const chunks = Array.from({ length: 50 }, () => 'x'.repeat(100));
    await withAnswer({ status: 200, chunks }, async (endpoint) => {
      await expect(readerAt(endpoint).read(anObjectRef('k'))).rejects.toMatchObject({ fault: 'input' });
    });
  });

  it('says that the input is wrong when it is missing', async () => {
    const { reader } = await aReader();
    await expect(reader.read(anObjectRef('missing.json'))).rejects.toMatchObject({
      fault: 'input',
      details: { object: 's3://logs/missing.json', reason: 'NoSuchKey' },
    });
    await expect(reader.read(anObjectRef('k', 'no-such-bucket'))).rejects.toMatchObject({
      fault: 'input',
      details: { reason: 'NoSuchBucket' },
    });
  });

  it.each([
    ['s3:GetObject', 'AccessDenied', 'User is not authorized to perform: s3:GetObject on resource'],
    ['kms:Decrypt', 'AccessDenied', 'User is not authorized to perform: kms:Decrypt on resource'],
  ])('tells that %s is missing', async (right, code, text) => {
    const chunks = [`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${text}</Message></Error>`];
    const headers = { 'content-type': 'application/xml' };
    await withAnswer({ status: 403, headers, chunks }, async (endpoint) => {
      await expect(readerAt(endpoint).read(anObjectRef('k'))).rejects.toMatchObject({
        fault: 'retryable',
        details: { right },
      });
    });
  });
});
