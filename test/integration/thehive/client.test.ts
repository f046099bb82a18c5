import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createTheHiveClient, pathOf } from '../../../src/adapters/thehive/client.ts';
import { TrailhiveError } from '../../../src/domain/errors.ts';
import { anAlert } from '../../helpers/an-alert.ts';
import { aDesk, type DeskSetting, fastClock } from './a-desk.ts';

let setting: DeskSetting;
afterEach(() => setting.end());

const failure = async (work: Promise<unknown>): Promise<TrailhiveError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof TrailhiveError) return error;
  throw new Error(`expected a TrailhiveError, got ${String(error)}`);
};

it('waits as long as a 429 says, also for a write, and writes once', async () => {
  setting = await aDesk();
  setting.hive.faults.script({
    kind: 'status',
    status: 429,
    retryAfterSeconds: 7,
    method: 'POST',
    path: /\/alert$/,
  });

  await setting.desk.createAlert(anAlert());

  expect(setting.hive.state.alerts).toHaveLength(1);
  expect(setting.clock.waits).toEqual([7000]);
});

it('gives a long Retry-After back to the queue instead of waiting', async () => {
  setting = await aDesk();
  setting.hive.faults.script({ kind: 'status', status: 429, retryAfterSeconds: 90, path: '/alert' });

  const error = await failure(setting.desk.findAlert(anAlert()));

  expect([error.fault, error.retryAfterMs]).toEqual(['retryable', 90_000]);
  expect(setting.clock.waits).toEqual([]);
});

it('bears a server that is away for two requests', async () => {
  setting = await aDesk();
  setting.hive.faults.script({ kind: 'status', status: 503, times: 2 });

  await setting.desk.createAlert(anAlert());

  expect(setting.hive.state.alerts).toHaveLength(1);
});

it('does not repeat a write of unknown outcome by itself', async () => {
  setting = await aDesk();
  setting.hive.faults.script({ kind: 'cut-after-commit', method: 'POST' });
  const body = { type: 't', source: 's', sourceRef: 'r', title: 'T', description: 'D' };

  const error = await failure(
    setting.client.send({ method: 'POST', path: '/alert', body, repeatable: false }),
  );

  expect(error.fault).toBe('retryable');
  expect(setting.hive.state.requests).toHaveLength(1);
});

it('takes a refused key for a matter of configuration and says what to do, without the key', async () => {
  setting = await aDesk();
  const clock = fastClock();
  const client = createTheHiveClient({
    url: setting.hive.url,
    key: 'wrong-key-1234',
    now: clock.now,
    wait: clock.wait,
  });

  const error = await failure(client.read('/user/current'));
  client.close();

  expect(error.fault).toBe('config');
  expect(error.message).toContain('TRAILHIVE_THEHIVE_KEY');
  expect(JSON.stringify([error, error.message, error.details, error.cause])).not.toContain('wrong-key-1234');
  expect(setting.hive.state.requests).toHaveLength(1);
});

it('never shows the key in its log or in a network error', async () => {
  setting = await aDesk({ client: { attempts: 2 } });
  setting.hive.faults.script({ kind: 'cut-before', times: 2 });

  const error = await failure(setting.client.read('/user/current'));

  const shown = [...setting.log.lines, JSON.stringify([error.message, error.details, error.cause])].join(
    '\n',
  );
  expect(error.fault).toBe('retryable');
  expect(shown).not.toContain(setting.hive.apiKey);
  expect(shown).toContain('/user/current');
});

it('says which right is missing', async () => {
  setting = await aDesk({ permissions: ['manageAlert/create'] });
  const error = await failure(
    setting.client.send({
      method: 'PATCH',
      path: pathOf('alert', '~1'),
      body: { severity: 1 },
      repeatable: true,
    }),
  );
  expect(error.fault).toBe('config');
  expect(error.message).toContain('lacks a right');
});

it('leaves a failing server alone, then tries with one request', async () => {
  setting = await aDesk({ client: { attempts: 1, breakerFailures: 3, breakerOpenMs: 30_000 } });
  setting.hive.faults.script({ kind: 'status', status: 503, times: 4 });
  const ask = () => setting.client.read('/user/current');
  for (let i = 0; i < 3; i += 1) await failure(ask());

  const paused = await failure(ask());
  expect([paused.fault, paused.retryAfterMs]).toEqual(['retryable', 30_000]);
  expect(setting.hive.state.requests).toHaveLength(3);

  await setting.clock.wait(30_000);
  await failure(ask());
  expect((await failure(ask())).details['paused']).toBe(true);
  expect(setting.hive.state.requests).toHaveLength(4);

  await setting.clock.wait(30_000);
  await ask();
  await ask();
  expect(setting.hive.state.requests).toHaveLength(6);
});

it('names key and organisation in every request', async () => {
  setting = await aDesk();
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { now } = setting.clock;
  const client = createTheHiveClient({
    url: `http://127.0.0.1:${port}/`,
    key: 'k',
    organisation: 'SOC',
    now,
  });

  await client.send({ method: 'POST', path: '/alert/~1/follow', repeatable: true });

  client.close();
  server.close();
  expect(seen[0]).toMatchObject({
    authorization: 'Bearer k',
    'x-organisation': 'SOC',
    'content-type': 'application/json',
  });
});
