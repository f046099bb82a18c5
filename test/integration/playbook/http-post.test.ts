import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../../src/adapters/http/client.ts';
import { TrailhiveError } from '../../../src/domain/errors.ts';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

/** A receiver on loopback that answers with one status and keeps what it got. */
async function aReceiver(status: number, headers: Record<string, string> = {}) {
  const got: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      got.push({
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString(),
      });
      if (status === 0) return;
      response.writeHead(status, headers);
      response.end('x'.repeat(1_000_000));
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, got };
}

const request = (url: string, timeoutMs = 5000) => ({
  url,
  headers: { Authorization: 'Bearer hunter2', 'content-type': 'application/json', 'Idempotency-Key': 'k1' },
  body: '{"a":"ü"}',
  timeoutMs,
});

async function failureOf(promise: Promise<unknown>): Promise<TrailhiveError> {
  const error = await promise.then(
    () => expect.unreachable(),
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(TrailhiveError);
  expect(JSON.stringify([error, (error as Error).message, String((error as Error).cause)])).not.toContain(
    'hunter2',
  );
  return error as TrailhiveError;
}

describe('createHttpClient', () => {
  it('posts the body as it is, with the headers, to a listed loopback host', async () => {
    const { host, got } = await aReceiver(202);
    const client = createHttpClient({ allowedHosts: [host] });
    expect(await client.post(request(`http://${host}/in?x=1`))).toEqual({ status: 202 });
    expect(got).toMatchObject([
      {
        method: 'POST',
        url: '/in?x=1',
        body: '{"a":"ü"}',
        headers: {
          authorization: 'Bearer hunter2',
          'idempotency-key': 'k1',
          'content-type': 'application/json',
        },
      },
    ]);
  });

  it('follows no redirect', async () => {
    const { host, got } = await aReceiver(307, { location: 'http://169.254.169.254/latest' });
    const client = createHttpClient({ allowedHosts: [host] });
    expect(await client.post(request(`http://${host}/`))).toEqual({ status: 307 });
    expect(got).toHaveLength(1);
  });

  it.each([
    ['another host', 'https://evil.example/', ['hooks.example.com']],
    ['another port', 'https://hooks.example.com:8443/', ['hooks.example.com']],
    ['no TLS', 'http://hooks.example.com/', ['hooks.example.com']],
    ['a user name', 'https://hooks.example.com@evil.example/', ['hooks.example.com', 'evil.example']],
    ['a look-alike', 'https://hooks.example.com.evil.example/', ['hooks.example.com']],
    ['another scheme', 'ftp://hooks.example.com/', ['hooks.example.com']],
    ['no URL', 'hooks.example.com', ['hooks.example.com']],
    ['the metadata address in disguise', 'https://0xA9FEA9FE/', ['hooks.example.com']],
    ['loopback that is not listed', 'http://127.0.0.1:1/', []],
  ])('refuses %s for good', async (_what, url, allowedHosts) => {
    const error = await failureOf(createHttpClient({ allowedHosts }).post(request(url)));
    expect(error.fault).toBe('permanent');
  });

  it('calls a refused connection and a slow answer passing, without headers in the error', async () => {
    const { host } = await aReceiver(0);
    const client = createHttpClient({ allowedHosts: [host, '127.0.0.1:1'] });
    expect((await failureOf(client.post(request('http://127.0.0.1:1/')))).fault).toBe('retryable');
    expect((await failureOf(client.post(request(`http://${host}/`, 200)))).fault).toBe('retryable');
  });

  it('calls a header that HTTP cannot carry a failure for good', async () => {
    const { host } = await aReceiver(200);
    const client = createHttpClient({ allowedHosts: [host] });
    const wrong = { ...request(`http://${host}/`), headers: { 'bad name': 'hunter2' } };
    expect((await failureOf(client.post(wrong))).fault).toBe('permanent');
  });
});
