import axios, { type AxiosInstance } from 'axios';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TheHiveOptions } from '../../emulators/thehive/hive.ts';
import { startTheHive, type TheHiveEmulator } from '../../emulators/thehive/start-the-hive.ts';

let hive: TheHiveEmulator;
let api: AxiosInstance;

async function start(options: TheHiveOptions = {}): Promise<void> {
  await hive?.stop();
  hive = await startTheHive(options);
  api = client(hive.apiKey);
}

function client(key: string): AxiosInstance {
  return axios.create({
    baseURL: `${hive.url}/api/v1`,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    validateStatus: () => true,
  });
}

function anAlert(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: 'cloudtrail.trail',
    source: 'trailhive',
    sourceRef: 'v1-00ff',
    title: 'Trail stopped',
    description: 'Somebody stopped a trail.',
    severity: 3,
    tags: ['aws'],
    ...changes,
  };
}

async function created(changes: Record<string, unknown> = {}): Promise<string> {
  const { status, data } = await api.post('/alert', anAlert(changes));
  expect([status, data.message]).toEqual([201, undefined]);
  return data._id;
}

const query = async (...operations: unknown[]) => (await api.post('/query', { query: operations })).data;

beforeEach(() => start());
afterEach(() => hive.stop());

describe('keys', () => {
  it('answers 401 without a key and 403 to a key that lacks the right', async () => {
    const stranger = await client('wrong').get('/user/current');
    expect([stranger.status, stranger.data.type]).toEqual([401, 'AuthenticationError']);
    expect((await client(hive.adminKey).post('/alert', anAlert())).status).toBe(403);
    const field = { name: 'aws-account', group: 'aws', description: 'Account', type: 'string' };
    expect((await api.post('/customField', field)).status).toBe(403);
    expect((await client(hive.adminKey).post('/customField', field)).status).toBe(201);
    hive.assertClean();
  });

  it('tells the version without a key, and who asks with one', async () => {
    expect((await axios.get(`${hive.url}/api/v1/status/public`)).data.version).toBe('5.6.2');
    expect((await api.get('/status')).data.version).toBe('5.6.2');
    const { data } = await api.get('/user/current');
    expect([data.login, data.organisation]).toEqual(['trailhive@soc.example', 'SOC']);
    expect(data.permissions).toContain('manageAlert/import');
    hive.assertClean();
  });
});

describe('alerts', () => {
  it('refuses a second alert with the same type, source and sourceRef', async () => {
    await created();
    const second = await api.post('/alert', anAlert({ title: 'Again' }));
    expect(second.status).toBe(400);
    expect(second.data).toEqual({
      type: 'CreateError',
      message: 'Alert cloudtrail.trail:trailhive:v1-00ff already exist in organisation SOC',
    });
    expect(hive.state.alerts.map((alert) => alert.title)).toEqual(['Trail stopped']);
    hive.assertClean();
  });

  it('is read by id and by its three names', async () => {
    const id = await created({ sourceRef: 'a/b c' });
    const name = encodeURIComponent('cloudtrail.trail;trailhive;a/b c');
    expect((await api.get(`/alert/${name}`)).data._id).toBe(id);
    expect((await api.get(`/alert/${id}`)).data.sourceRef).toBe('a/b c');
    expect((await api.get('/alert/cloudtrail.trail;trailhive;other')).status).toBe(404);
    hive.assertClean();
  });

  it('takes observables and procedures along, or is not made at all', async () => {
    await start({ unknownPatterns: ['T1562.008'] });
    const observables = [{ dataType: 'ip', data: '203.0.113.7', tags: ['source'] }];
    const procedures = [{ patternId: 'T1562.008', occurDate: 1_767_225_600_000 }];
    const unknown = await api.post('/alert', anAlert({ observables, procedures }));
    expect([unknown.status, unknown.data.message]).toEqual([404, 'Pattern not found']);
    expect([hive.state.alerts.length, hive.state.observables.length]).toEqual([0, 0]);
    const aws = await api.post('/alert', anAlert({ observables: [{ dataType: 'aws-arn', data: 'arn' }] }));
    expect([aws.status, aws.data.message]).toEqual([404, 'Observable type aws-arn not found']);
    const good = await api.post(
      '/alert',
      anAlert({ observables, procedures: [{ ...procedures[0], patternId: 'T1078' }] }),
    );
    expect([good.status, good.data.observableCount]).toEqual([201, 1]);
    hive.assertClean();
  });

  it('is patched with 204: tags added and removed, null clears, status brings its stage', async () => {
    const id = await created({ summary: 'first' });
    const patch = {
      addTags: ['seen'],
      removeTags: ['aws'],
      summary: null,
      severity: 4,
      status: 'FalsePositive',
    };
    const { status, data } = await api.patch(`/alert/${id}`, patch);
    expect([status, data]).toEqual([204, '']);
    const read = (await api.get(`/alert/${id}`)).data;
    expect(read).toMatchObject({ tags: ['seen'], severity: 4, stage: 'Closed', _updatedBy: hive.login });
    expect(read).not.toHaveProperty('summary');
    expect((await api.patch(`/alert/${id}`, { status: 'TruePositive' })).status).toBe(400);
    hive.assertClean();
  });

  it('adds custom fields by object, replaces them by array and refuses undefined ones', async () => {
    await start({
      customFields: [
        { name: 'count', type: 'integer' },
        { name: 'account', type: 'string' },
      ],
    });
    const id = await created({ customFields: { count: 1 } });
    const values = async () =>
      (await api.get(`/alert/${id}`)).data.customFields.map((field: { name: string; value: unknown }) => [
        field.name,
        field.value,
      ]);
    await api.patch(`/alert/${id}`, { customFields: { account: '123456789012' } });
    expect(await values()).toEqual([
      ['count', 1],
      ['account', '123456789012'],
    ]);
    await api.patch(`/alert/${id}`, { customFields: [{ name: 'count', value: 2 }] });
    expect(await values()).toEqual([['count', 2]]);
    expect((await api.patch(`/alert/${id}`, { customFields: { other: 1 } })).status).toBe(400);
    expect((await api.patch(`/alert/${id}`, { customFields: { count: 'two' } })).status).toBe(400);
    hive.assertClean();
  });
});

describe('alerts into cases', () => {
  it('promotes by template, copies what the alert holds, and answers the same case again', async () => {
    const task = { title: 'Restart the trail', group: 'contain' };
    const template = { name: 'trail', titlePrefix: '[AWS]', tags: ['triage'], tasks: [task] };
    expect((await api.post('/caseTemplate', template)).status).toBe(201);
    const id = await created({
      observables: [{ dataType: 'ip', data: '203.0.113.7' }],
      procedures: [{ patternId: 'T1562.008', occurDate: 1_767_225_600_000 }],
    });
    expect((await api.post(`/alert/${id}/case`, { caseTemplate: 'gone' })).status).toBe(404);
    const first = await api.post(`/alert/${id}/case`, { caseTemplate: 'trail' });
    expect(first.data).toMatchObject({ number: 1, title: '[AWS] Trail stopped', tags: ['triage', 'aws'] });
    const again = await api.post(`/alert/${id}/case`, {});
    expect(again.data._id).toBe(first.data._id);
    const at = { _name: 'getCase', idOrName: '1' };
    expect((await query(at, { _name: 'observables' }))[0].data).toBe('203.0.113.7');
    expect((await query(at, { _name: 'procedures' }))[0].patternId).toBe('T1562.008');
    expect((await query(at, { _name: 'tasks' }))[0]).toMatchObject({ ...task, status: 'Waiting' });
    expect((await query(at, { _name: 'alerts' }))[0]).toMatchObject({ _id: id, stage: 'Imported' });
    hive.assertClean();
  });

  it('imports without text, merges with text, and carries nothing over afterwards', async () => {
    const target = (await api.post('/case', { title: 'Case', description: 'Begin.' })).data;
    const imported = await created({ observables: [{ dataType: 'ip', data: '203.0.113.7' }] });
    const merged = await created({ sourceRef: 'v1-01' });
    expect((await api.post(`/alert/${imported}/import/${target._id}`, {})).status).toBe(200);
    expect((await api.get('/case/1')).data.description).toBe('Begin.');
    expect((await api.post(`/alert/${merged}/merge/${target.number}`, {})).data.description).toBe(
      'Begin.\n  \n#### Merged with alert #v1-01 Trail stopped\n\nSomebody stopped a trail.',
    );
    await api.post(`/alert/${imported}/observable`, { dataType: 'ip', data: '203.0.113.8' });
    await api.post(`/alert/${imported}/comment`, { message: 'later' });
    const at = { _name: 'getCase', idOrName: target._id };
    expect((await query(at, { _name: 'observables' })).map((one: { data: string }) => one.data)).toEqual([
      '203.0.113.7',
    ]);
    expect(await query(at, { _name: 'comments' }, { _name: 'count' })).toBe(0);
    const twice = await api.post(`/alert/${imported}/merge/${target._id}`, {});
    expect([twice.status, twice.data.message]).toEqual([400, 'Alert is already imported']);
    expect((await api.delete(`/case/${target._id}/alert/${imported}`)).status).toBe(204);
    expect((await api.get(`/alert/${imported}`)).data).toMatchObject({ status: 'New', stage: 'New' });
    hive.assertClean();
  });

  it('refuses to merge more than fifty alerts at once', async () => {
    const target = (await api.post('/case', { title: 'Case', description: '' })).data;
    const alertIds = Array.from({ length: 51 }, (_, index) => `~${index}`);
    const { status, data } = await api.post('/alert/merge/_bulk', { caseId: target._id, alertIds });
    expect([status, data.message]).toEqual([400, 'At most 50 alerts can be merged at once']);
    hive.assertClean();
  });
});

describe('what hangs on a case', () => {
  it('makes some of the observables with 207 and none of them with 400', async () => {
    await api.post('/case', { title: 'Case', description: '' });
    const add = (data: string | string[]) => api.post('/case/1/observable', { dataType: 'ip', data });
    expect((await add(['203.0.113.7', '203.0.113.8'])).data).toHaveLength(2);
    const some = await add(['203.0.113.8', '203.0.113.9']);
    expect(some.status).toBe(207);
    expect(some.data.success.map((one: { data: string }) => one.data)).toEqual(['203.0.113.9']);
    expect(some.data.failure[0].message).toBe('Observable already exists');
    const none = await add('203.0.113.9');
    expect([none.status, none.data.message]).toEqual([400, 'Observable already exists']);
    expect(hive.state.observables).toHaveLength(3);
    hive.assertClean();
  });

  it('keeps pages, comments, tasks, logs, events and files', async () => {
    await api.post('/case', { title: 'Case', description: '' });
    const page = (await api.post('/case/1/page', { title: 'trailhive', content: 'one', category: 'report' }))
      .data;
    expect((await api.patch(`/case/1/page/${page._id}`, { content: 'two' })).status).toBe(204);
    expect(hive.state.pages[0]!.content).toBe('two');
    const comment = (await api.post('/case/1/comment', { message: 'hello' })).data;
    expect(comment).toMatchObject({ createdBy: hive.login, isEdited: false });
    expect((await api.patch(`/comment/${comment._id}`, { message: 'hello again' })).status).toBe(204);
    const task = (await api.post('/case/1/task', { title: 'Look' })).data;
    await api.patch(`/task/${task._id}`, { status: 'Completed' });
    expect((await api.get(`/task/${task._id}`)).data.status).toBe('Completed');
    expect((await api.post(`/task/${task._id}/log`, { message: 'done' })).status).toBe(201);
    const event = { date: 1_767_225_600_000, title: 'First seen' };
    expect((await api.post('/case/1/customEvent', event)).status).toBe(201);
    const form = new FormData();
    form.append('attachments', new Blob(['{"a":1}'], { type: 'application/json' }), 'event.json');
    const upload = await api.post('/case/1/attachments', form, {
      headers: { 'content-type': 'multipart/form-data' },
    });
    expect(upload.data.attachments[0]).toMatchObject({ name: 'event.json', size: 7 });
    expect(hive.state.attachments[0]!.bytes.toString()).toBe('{"a":1}');
    hive.assertClean();
  });

  it('derives stage and end from the status and keeps the end after a reopening', async () => {
    let now = 1_767_225_600_000;
    await start({ now: () => now });
    await api.post('/case', { title: 'Case', description: '' });
    now += 1000;
    await api.patch('/case/1', { status: 'TruePositive', impactStatus: 'WithImpact', summary: 'real' });
    expect((await api.get('/case/1')).data).toMatchObject({ stage: 'Closed', endDate: now, _updatedAt: now });
    await api.patch('/case/1', { status: 'InProgress' });
    expect((await api.get('/case/1')).data).toMatchObject({ stage: 'InProgress', endDate: now });
    hive.assertClean();
  });
});

describe('query', () => {
  it('filters, sorts, pages and counts', async () => {
    let now = 1_767_225_600_000;
    await start({ now: () => now });
    for (const [index, severity] of [1, 3, 2].entries()) {
      now += 1000;
      await created({ sourceRef: `v1-${index}`, severity });
    }
    const filter = {
      _name: 'filter',
      _and: [
        { _gte: { _field: 'severity', _value: 2 } },
        { _not: { _eq: { _field: 'sourceRef', _value: 'v1-9' } } },
        {
          _or: [
            { _in: { _field: 'tags', _values: ['aws'] } },
            { _startsWith: { _field: 'title', _value: 'x' } },
          ],
        },
      ],
    };
    const sort = { _name: 'sort', _fields: [{ _createdAt: 'desc' }] };
    const list = { _name: 'listAlert' };
    const refs = (found: { sourceRef: string }[]) => found.map((alert) => alert.sourceRef);
    expect(refs(await query(list, filter, sort))).toEqual(['v1-2', 'v1-1']);
    expect(refs(await query(list, filter, sort, { _name: 'page', from: 1, to: 2 }))).toEqual(['v1-1']);
    expect(await query(list, filter, { _name: 'count' })).toBe(2);
    const updated = { _name: 'filter', _gte: { _field: '_updatedAt', _value: 0 } };
    expect(await query(list, updated)).toEqual([]);
    hive.assertClean();
  });

  it('finds an object only after the index delay, while reading it does not wait', async () => {
    let now = 1_767_225_600_000;
    await start({ now: () => now, indexDelayMs: 1000 });
    now += 5000;
    const id = await created();
    expect((await api.get(`/alert/${id}`)).status).toBe(200);
    expect(await query({ _name: 'listAlert' })).toEqual([]);
    now += 1000;
    expect(await query({ _name: 'listAlert' })).toHaveLength(1);
    hive.assertClean();
  });

  it('lists what the server was set up with', async () => {
    const names = (found: { name?: string; value?: string }[]) => found.map((one) => one.name ?? one.value);
    expect(names(await query({ _name: 'listObservableType' }))).toContain('user-agent');
    expect(names(await query({ _name: 'listAlertStatus' }))).toContain('Duplicate');
    expect(names(await query({ _name: 'listCaseStatus' }))).toContain('Duplicated');
    expect(await query({ _name: 'listCustomField' })).toEqual([]);
    expect(await query({ _name: 'listCaseTemplate' })).toEqual([]);
    hive.assertClean();
  });
});

describe('where nobody knows what TheHive does', () => {
  it('can answer duplicates with 409, and refuse a second promotion', async () => {
    await start({ duplicateAlertStatus: 409, promoteTwice: 'refuse', unknownDataTypeStatus: 400 });
    const id = await created();
    expect((await api.post('/alert', anAlert())).status).toBe(409);
    expect((await api.post(`/alert/${id}/case`, {})).status).toBe(201);
    expect((await api.post(`/alert/${id}/case`, {})).data.message).toBe('Alert is already imported');
    expect((await api.post('/case/1/observable', { dataType: 'aws-arn', data: 'x' })).status).toBe(400);
    hive.assertClean();
  });

  it('can refuse all observables for one duplicate', async () => {
    await start({ duplicateObservables: 'refuse' });
    await api.post('/case', { title: 'Case', description: '' });
    const { status } = await api.post('/case/1/observable', {
      dataType: 'ip',
      data: ['203.0.113.7', '203.0.113.7'],
    });
    expect([status, hive.state.observables.length]).toEqual([400, 0]);
    hive.assertClean();
  });

  it('can lack rights and know more types', async () => {
    await start({ permissions: ['manageAlert/create'], observableTypes: ['aws-arn'] });
    const id = await created({ observables: [{ dataType: 'aws-arn', data: 'arn:aws:s3:::b' }] });
    const { status, data } = await api.post(`/alert/${id}/case`, {});
    expect([status, data.type]).toEqual([403, 'AuthorizationError']);
    hive.assertClean();
  });

  it('works without the OpenAPI document', async () => {
    await start({ contract: false });
    expect((await api.post('/alert', { title: 'no more than that' })).status).toBe(400);
    await created({ artifacts: [] });
    hive.assertClean();
  });
});
