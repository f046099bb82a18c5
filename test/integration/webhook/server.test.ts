import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { Hint } from '../../../src/entry/webhook/audit.ts';
import { createWebhookServer } from '../../../src/entry/webhook/server.ts';

const SECRET = 'a-secret-of-the-tests';
let server: FastifyInstance | undefined;
afterEach(() => server?.close());

async function aServer(overrides: Partial<Parameters<typeof createWebhookServer>[0]> = {}) {
  const hints: Hint[] = [];
  const counts: string[] = [];
  server = await createWebhookServer({
    secret: SECRET,
    maxBodyBytes: 4096,
    requestsPerMinute: 100,
    ownLogin: () => 'trailhive@soc.example',
    queueHint: async (hint) => {
      hints.push(hint);
    },
    notReady: async () => [],
    renderMetrics: async () => 'trailhive_up 1\n',
    metrics: {
      count: (_name, labels) => counts.push(labels?.['outcome'] ?? ''),
      observe: () => {},
      gauge: () => {},
    },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    ...overrides,
  });
  const post = (body: unknown, headers: Record<string, string> = { authorization: `Bearer ${SECRET}` }) =>
    server!.inject({ method: 'POST', url: '/webhook/thehive', headers, payload: body as object });
  return { post, hints, counts };
}

function anAudit(overrides: Record<string, unknown> = {}) {
  return {
    _id: '~41001',
    _type: 'Audit',
    _createdBy: 'ana@soc.example',
    _createdAt: 1_767_226_000_000,
    action: 'update',
    requestId: 'a1b2:77',
    rootId: '~8200',
    objectId: '~8200',
    objectType: 'Case',
    details: { status: 'FalsePositive', stage: 'Closed' },
    object: { _id: '~8200', _type: 'Case' },
    organisation: { organisationId: '~4', organisation: 'SOC' },
    ...overrides,
  };
}

describe('POST /webhook/thehive', () => {
  it('queues a hint to read the case again', async () => {
    const { post, hints } = await aServer();
    const answer = await post(anAudit());
    expect([answer.statusCode, answer.json()]).toEqual([200, { accepted: true }]);
    expect(hints.map(({ kind, id }) => [kind, id])).toEqual([['case', '~8200']]);
  });

  it('gives a repeated notification the same identity, and another one another', async () => {
    const { post, hints } = await aServer();
    await post(anAudit());
    await post(anAudit());
    await post(anAudit({ _id: '~41002' }));
    const [first, second, third] = hints.map(({ hintId }) => hintId);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('tells notifications without an id apart by what they say', async () => {
    const { post, hints } = await aServer();
    await post(anAudit({ _id: '' }));
    await post(anAudit({ _id: '', details: { status: 'InProgress' } }));
    expect(new Set(hints.map(({ hintId }) => hintId)).size).toBe(2);
  });

  it.each([
    ['no header', {}],
    ['another secret', { authorization: 'Bearer another-secret-of-tests' }],
    ['a prefix of the secret', { authorization: `Bearer ${SECRET.slice(0, -1)}` }],
  ])('answers 401 to %s', async (_name, headers) => {
    const { post, hints } = await aServer();
    expect((await post(anAudit(), headers)).statusCode).toBe(401);
    expect(hints).toEqual([]);
  });

  it('takes the bare secret, as the endpoint authentication "key" sends it', async () => {
    const { post } = await aServer();
    expect((await post(anAudit(), { authorization: SECRET })).statusCode).toBe(200);
  });

  it.each([
    ['its own echo', { _createdBy: 'trailhive@soc.example' }],
    ['an object without verdict', { objectType: 'Observable' }],
    ['a creation', { action: 'create' }],
    ['an id that is none', { objectId: '../status' }],
  ])('ignores %s', async (_name, overrides) => {
    const { post, hints, counts } = await aServer();
    const answer = await post(anAudit(overrides));
    expect([answer.statusCode, answer.json()]).toEqual([200, { accepted: false }]);
    expect([hints, counts]).toEqual([[], ['ignored']]);
  });

  it('refuses a version-0 body with a hint, and 200 so that it is not repeated', async () => {
    const { post, counts } = await aServer();
    const answer = await post({ operation: 'Update', objectType: 'case', objectId: '~1' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json().remedy).toMatch(/version 1/);
    expect(counts).toEqual(['refused']);
  });

  it('answers 413 to a body over the limit and 400 to what is not JSON', async () => {
    const { post } = await aServer();
    expect((await post(anAudit({ details: 'x'.repeat(5000) }))).statusCode).toBe(413);
    const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' };
    expect((await post('{"_type":', headers)).statusCode).toBe(400);
  });

  it('answers 429 beyond the rate', async () => {
    const { post } = await aServer({ requestsPerMinute: 2 });
    const answers = [await post(anAudit()), await post(anAudit()), await post(anAudit())];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
  });

  it('answers 500 without the reason when the queue is away', async () => {
    const { post } = await aServer({
      queueHint: async () => {
        throw new Error('connect ECONNREFUSED 10.0.0.5:6379');
      },
    });
    const answer = await post(anAudit());
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('10.0.0.5');
  });
});

describe('health', () => {
  it('is live, and ready when nothing is missing', async () => {
    await aServer({ notReady: async () => ['redis'] });
    expect((await server!.inject('/livez')).statusCode).toBe(200);
    const ready = await server!.inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([503, { ok: false, waitingFor: ['redis'] }]);
    expect((await server!.inject('/metrics')).body).toContain('trailhive_up 1');
  });
});
