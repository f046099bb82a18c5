import { existsSync } from 'node:fs';
import axios, { type AxiosInstance } from 'axios';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTheHive, type TheHiveEmulator } from '../../emulators/thehive/start-the-hive.ts';

const DOCUMENT = new URL('../../../../shared/data/thehive/openapi-5.6.2.yaml', import.meta.url);
const ALERT = {
  type: 'cloudtrail.trail',
  source: 'trailhive',
  sourceRef: 'v1-00ff',
  title: 'Trail stopped',
  description: 'Somebody stopped a trail.',
};

let hive: TheHiveEmulator;
let api: AxiosInstance;

beforeEach(async () => {
  hive = await startTheHive({ now: () => 1_767_225_600_000 });
  api = axios.create({
    baseURL: `${hive.url}/api/v1`,
    headers: { authorization: `Bearer ${hive.apiKey}`, 'content-type': 'application/json' },
    validateStatus: () => true,
  });
});
afterEach(() => hive.stop());

describe('faults', () => {
  it('answers as a proxy does, as often as scripted, only where it matches', async () => {
    hive.faults.script(
      { kind: 'status', status: 503, method: 'POST', path: '/alert', times: 2 },
      { kind: 'status', status: 429, retryAfterSeconds: 7, path: /\/user\/current$/ },
    );
    expect((await api.get('/status')).status).toBe(200);
    const statuses = [];
    for (let tries = 0; tries < 3; tries++) statuses.push((await api.post('/alert', ALERT)).status);
    expect(statuses).toEqual([503, 503, 201]);
    const limited = await api.get('/user/current');
    expect([limited.status, limited.headers['retry-after']]).toEqual([429, '7']);
    hive.assertClean();
  });

  it('cuts the connection before the work, or after it', async () => {
    hive.faults.script({ kind: 'cut-before', method: 'POST' });
    await expect(api.post('/alert', ALERT)).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(hive.state.alerts).toHaveLength(0);
    hive.faults.script({ kind: 'cut-after-commit', method: 'POST' });
    await expect(api.post('/alert', ALERT)).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(hive.state.alerts).toHaveLength(1);
    expect(hive.state.requests.map((request) => [request.fault, request.status])).toEqual([
      ['cut-before', 0],
      ['cut-after-commit', 0],
    ]);
    expect((await api.post('/alert', ALERT)).status).toBe(400);
    hive.assertClean();
  });

  it('lets a slow request outlive its client, and still does it', async () => {
    hive.faults.script({ kind: 'slow', delayMs: 300, method: 'POST' });
    await expect(api.post('/alert', ALERT, { timeout: 50 })).rejects.toThrow('timeout');
    await expect.poll(() => hive.state.alerts.length).toBe(1);
    hive.assertClean();
  });

  it('complains about a fault that met nobody', () => {
    hive.faults.script({ kind: 'status', method: 'DELETE', path: '/alert' });
    expect(() => hive.assertClean()).toThrow('scripted fault met nobody: status DELETE /alert: 1 left');
    hive.faults.clear();
    hive.assertClean();
  });
});

describe('what spoils a test', () => {
  it('an unknown route', async () => {
    const { status, data } = await api.get('/nowhere');
    expect([status, data.type]).toEqual([404, 'NotFoundError']);
    expect(() => hive.assertClean()).toThrow('unknown route GET /api/v1/nowhere');
  });

  it.skipIf(!existsSync(DOCUMENT))('a request that breaks the OpenAPI document', async () => {
    const breaches = [
      [{ ...ALERT, severity: 7 }, 'body/severity must be equal to one of the allowed values'],
      [{ ...ALERT, source: 'x'.repeat(33) }, 'body/source must NOT have more than 32 characters'],
      [{ ...ALERT, artifacts: [] }, 'must NOT have additional properties (artifacts)'],
      [{ ...ALERT, title: undefined }, "must have required property 'title'"],
      [{ ...ALERT, observables: [{ dataType: 'ip', datum: '203.0.113.7' }] }, '(datum)'],
    ] as const;
    for (const [body, message] of breaches) {
      const before = hive.problems().length;
      expect((await api.post('/alert', body)).status).toBe(400);
      expect(hive.problems().slice(before).join()).toContain(message);
    }
    expect(() => hive.assertClean()).toThrow('request POST /alert');
    expect(hive.state.alerts).toHaveLength(0);
  });

  it.skipIf(!existsSync(DOCUMENT))('a query with names that only the document uses', async () => {
    const query = [{ _name: 'listAlert' }, { _name: '_sort', _fields: [{ date: 'asc' }] }];
    expect((await api.post('/query', { query })).status).toBe(400);
    expect(() => hive.assertClean()).toThrow('request POST /query');
  });

  it('a query that the emulator does not know', async () => {
    expect((await api.post('/query', { query: [{ _name: 'listDashboard' }] })).status).toBe(400);
    expect(() => hive.assertClean()).toThrow('Query listDashboard is unknown to this emulator');
  });

  it('a request without a content type is refused', async () => {
    const { status } = await api.post('/alert/1/case', undefined, { headers: { 'content-type': undefined } });
    expect(status).toBe(400);
  });
});

describe('webhooks', () => {
  let receiver: FastifyInstance;
  let bodies: Record<string, never>[];
  let tokens: (string | undefined)[];
  let url: string;

  beforeEach(async () => {
    bodies = [];
    tokens = [];
    receiver = Fastify();
    receiver.post('/hook', async (request) => {
      bodies.push(request.body as never);
      tokens.push(request.headers.authorization);
      return {};
    });
    url = `${await receiver.listen({ host: '127.0.0.1', port: 0 })}/hook`;
  });
  afterEach(() => receiver.close());

  const titles = () => bodies.map((body) => `${body['objectType']} ${body['action']}`);

  it('tells of a promotion in one request: case, share, alert, observable', async () => {
    await api.post('/alert', { ...ALERT, observables: [{ dataType: 'ip', data: '203.0.113.7' }] });
    hive.webhooks.endpoint(url, 'secret');
    await api.post(`/alert/${hive.state.alerts[0]!._id}/case`, {});
    await hive.webhooks.idle();
    expect(titles()).toEqual(['Case create', 'Case update', 'Alert update', 'Observable create']);
    expect(new Set(tokens)).toEqual(new Set(['Bearer secret']));
    expect(new Set(bodies.map((body) => body['requestId'])).size).toBe(1);
    const [created, , alert] = bodies as Record<string, Record<string, unknown>>[];
    expect(created!['details']!['fromAlert']).toMatchObject({ sourceRef: 'v1-00ff' });
    expect(created!['object']!['title']).toBe('[Import in progress: 0%] Trail stopped');
    expect(alert!['details']).toEqual({ caseId: hive.state.cases[0]!._id });
    expect(alert!['rootId']).toBe(hive.state.cases[0]!._id);
  });

  it.each(['update', 'merge'] as const)(
    'calls an import %s, in the context of the case',
    async (mergeAction) => {
      const other = await startTheHive({ mergeAction });
      const post = (path: string, body: unknown) =>
        axios.post(`${other.url}/api/v1${path}`, body, {
          headers: { authorization: `Bearer ${other.apiKey}` },
        });
      const { data: alert } = await post('/alert', { ...ALERT, tags: ['aws'] });
      const { data: target } = await post('/case', { title: 'Case', description: '' });
      other.webhooks.endpoint(url);
      await post(`/alert/${alert._id}/import/${target._id}`, {});
      await other.webhooks.idle();
      expect(titles()).toEqual([`Alert ${mergeAction}`, 'Case update']);
      expect(bodies[0]).toMatchObject({
        rootId: target._id,
        context: { number: 1 },
        object: { stage: 'Imported' },
      });
      expect(bodies[1]!['details']).toEqual({ tags: ['aws'] });
      other.assertClean();
      await other.stop();
    },
  );

  it('tells who closed a case, with the changed fields alone in details', async () => {
    await api.post('/case', { title: 'Case', description: '' });
    hive.webhooks.endpoint(url);
    hive.analyst.closeCase(1, { status: 'FalsePositive', summary: 'our deploy', impactStatus: 'NoImpact' });
    hive.analyst.reopenCase(1);
    await hive.webhooks.idle();
    const [closed, reopened] = bodies;
    expect(closed).toMatchObject({
      _type: 'Audit',
      _createdBy: 'ana@soc.example',
      _createdAt: 1_767_225_600_000,
      action: 'update',
      objectType: 'Case',
      mainAction: true,
      organisation: { organisationId: '~4', organisation: 'SOC' },
    });
    expect(closed!['details']).toEqual({
      status: 'FalsePositive',
      stage: 'Closed',
      summary: 'our deploy',
      impactStatus: 'NoImpact',
      endDate: 1_767_225_600_000,
    });
    expect(closed!['object']).toMatchObject({ number: 1, stage: 'Closed', customFieldValues: {} });
    expect(closed!['object']).not.toHaveProperty('customFields');
    expect(reopened!['details']).toEqual({ status: 'InProgress', stage: 'InProgress' });
    expect(tokens).toEqual([undefined, undefined]);
    expect(hive.webhooks.posts.map((post) => post.status)).toEqual([200, 200]);
  });

  it('tells of comments and tasks with their case', async () => {
    await api.post('/case', { title: 'Case', description: '' });
    const task = (await api.post('/case/1/task', { title: 'Look' })).data;
    hive.webhooks.endpoint(url);
    hive.analyst.comment('case', 1, 'I know this one');
    hive.analyst.editTask(task._id, { status: 'Completed' });
    await api.post(`/task/${task._id}/log`, { message: 'done' });
    await hive.webhooks.idle();
    const [comment, completed, log] = bodies as Record<string, Record<string, never>>[];
    expect(comment!['details']).toEqual({ author: 'ana@soc.example' });
    expect(comment!['object']).toMatchObject({ message: 'I know this one', case: { number: 1 } });
    expect(completed!['details']).toEqual({ status: 'Completed', endDate: 1_767_225_600_000 });
    expect(log!['object']!['task']).toMatchObject({ title: 'Look', case: { number: 1 } });
  });

  it('can send twice and without an id, and survives a receiver that is gone', async () => {
    hive.webhooks.endpoint(url, 'secret', { twice: true, emptyIds: true });
    hive.webhooks.endpoint('http://127.0.0.1:1/hook');
    await api.post('/alert', ALERT);
    await hive.webhooks.idle();
    expect(titles()).toEqual(['Alert create', 'Alert create']);
    expect(bodies.map((body) => body['_id'])).toEqual(['', '']);
    expect(hive.webhooks.posts.map((post) => post.status)).toEqual([200, 200, 0]);
    hive.analyst.closeAlert('cloudtrail.trail;trailhive;v1-00ff', { status: 'Ignored' });
    await hive.webhooks.idle();
    expect(bodies.at(-1)!['details']).toEqual({ status: 'Ignored', stage: 'Closed' });
  });
});
