/**
 * The emulated TheHive as an HTTP server: keys, rights, faults and the contract around
 * the rooms' routes. What it does not know is 404 and spoils `assertClean`.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Contract, loadContract } from '../contract.ts';
import type { createFaults, FaultScript } from './faults.ts';
import { type Caller, type Hive, Refusal, Unsupported } from './hive.ts';
import { QueryAnswer } from './query.ts';
import { OtherStatus, type Route } from './route.ts';
import type { LoggedRequest } from './store.ts';

export interface Desk {
  readonly hive: Hive;
  readonly routes: readonly Route[];
  readonly faults: ReturnType<typeof createFaults>;
  /** What a test must hear of: unknown routes, breaches of the contract, own failures. */
  readonly problems: string[];
  /** The login and organisation of a key. */
  callerOf(key: string): Pick<Caller, 'login' | 'organisation'> | undefined;
  rightsOf(login: string): readonly string[];
}

interface Visit {
  readonly entry: LoggedRequest;
  who?: Caller;
  fault?: FaultScript;
}

export function createServer(desk: Desk): { app: FastifyInstance; stop(): Promise<void> } {
  const app = Fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: 10 * 1024 * 1024,
    routerOptions: { maxParamLength: 1000 },
  });
  const contract = desk.hive.options.contract === false ? undefined : loadContract();
  const stopping = new AbortController();
  const visits = new WeakMap<FastifyRequest, Visit>();
  readBodies(app);
  app.addHook('onRequest', (request, reply) => meet(desk, visits, request, reply));
  app.addHook('preHandler', async (request) => {
    const visit = visits.get(request);
    if (visit === undefined) return;
    visit.entry.body = request.body;
    // Only once the body is here: a client that gives up does not take its request back.
    if (visit.fault?.kind === 'slow') {
      await wait(visit.fault.delayMs ?? 1000, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const visit = visits.get(request);
    if (visit?.fault?.kind === 'cut-after-commit') request.raw.socket.destroy();
    else if (visit !== undefined) visit.entry.status = reply.statusCode;
    return payload;
  });
  for (const route of desk.routes) addRoute(app, desk, contract, visits, route);
  app.setErrorHandler((error, _request, reply) => refuse(desk, error as Error, reply));
  app.setNotFoundHandler((request, reply) => {
    const line = `${request.method} ${request.url}`;
    if (request.url.startsWith('/api')) desk.problems.push(`unknown route ${line}`);
    return reply.code(404).send({ type: 'NotFoundError', message: `No route ${line}` });
  });
  return {
    app,
    async stop() {
      stopping.abort();
      await app.close();
    },
  };
}

function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, text === '' ? undefined : JSON.parse(String(text)));
    } catch {
      done(new Refusal(400, 'BadRequest', 'Invalid json'));
    }
  });
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (request, bytes, done) => {
    const boundary = /boundary="?([^";]+)/.exec(request.headers['content-type'] ?? '')?.[1];
    done(null, { boundary, bytes });
  });
}

/** Notes the request, lets its fault happen and says who asks. */
async function meet(
  desk: Desk,
  visits: WeakMap<FastifyRequest, Visit>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  if (!request.url.startsWith('/api')) return undefined;
  const entry: LoggedRequest = {
    at: desk.hive.now(),
    method: request.method,
    path: decoded(request.url),
    body: undefined,
    login: undefined,
    fault: undefined,
    status: 0,
  };
  const visit: Visit = { entry };
  visits.set(request, visit);
  desk.hive.state.requests.push(entry);
  const fault = desk.faults.take(entry);
  if (fault !== undefined) {
    visit.fault = fault;
    entry.fault = fault.kind;
    if (fault.kind === 'status') return proxyAnswer(fault, reply);
    if (fault.kind === 'cut-before') {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
  }
  const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const caller = key === undefined ? undefined : desk.callerOf(key);
  if (caller !== undefined) {
    entry.login = caller.login;
    visit.who = { ...caller, requestId: `${randomBytes(8).toString('hex')}:${request.id}` };
  }
  return undefined;
}

/** As a reverse proxy words it: not JSON. */
function proxyAnswer(fault: FaultScript, reply: FastifyReply): FastifyReply {
  if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', String(fault.retryAfterSeconds));
  return reply
    .code(fault.status ?? 503)
    .type('text/html')
    .send('<html>proxy</html>');
}

function addRoute(
  app: FastifyInstance,
  desk: Desk,
  contract: Contract | undefined,
  visits: WeakMap<FastifyRequest, Visit>,
  route: Route,
): void {
  const { method, path } = route;
  const breach = (found: readonly string[]) => {
    desk.problems.push(...found);
    return found;
  };
  app.route({
    method,
    url: `/api/v1${path.replace(/\{(\w+)\}/g, ':$1')}`,
    handler: async (request, reply) => {
      const { who } = visits.get(request) ?? {};
      let status: number = route.status;
      let body: unknown;
      try {
        const caller = allowed(desk, route, who);
        const type = request.headers['content-type'] ?? '';
        if (method !== 'GET' && method !== 'DELETE' && type === '') {
          throw new Refusal(400, 'BadRequest', 'Content type application/json is expected');
        }
        const isMultipart = type.startsWith('multipart/');
        const wrong = isMultipart ? [] : breach(contract?.request(method, path, request.body) ?? []);
        if (wrong.length > 0) throw new Refusal(400, 'BadRequest', wrong.join('; '));
        const params = request.params as Record<string, string>;
        body = await route.handle({ who: caller, params, body: request.body });
        if (body instanceof OtherStatus) ({ status, body } = body);
        if (body instanceof QueryAnswer) {
          breach(body.itemSchema === undefined ? [] : (contract?.items(body.itemSchema, body.items) ?? []));
          ({ body } = body);
        }
      } catch (error) {
        ({ status, body } = refusalOf(desk, error));
      }
      if (status === 204) body = undefined;
      breach(contract?.answer(method, path, status, json(body)) ?? []);
      reply.code(status);
      return body === undefined ? reply.send() : reply.type('application/json').send(JSON.stringify(body));
    },
  });
}

/** As the client will read it: without what JSON does not carry. */
function json(body: unknown): unknown {
  return body === undefined ? undefined : JSON.parse(JSON.stringify(body));
}

const NOBODY: Caller = { login: 'nobody', organisation: 'SOC', requestId: '' };

function allowed(desk: Desk, route: Route, who: Caller | undefined): Caller {
  if (who === undefined) {
    if (route.isPublic) return NOBODY;
    throw new Refusal(401, 'AuthenticationError', 'Authentication failure');
  }
  if (route.right !== undefined && !desk.rightsOf(who.login).includes(route.right)) {
    throw new Refusal(403, 'AuthorizationError', `Your are not authorized: ${route.right} is missing`);
  }
  return who;
}

function refusalOf(desk: Desk, error: unknown): { status: number; body: unknown } {
  if (error instanceof Unsupported) desk.problems.push(error.message);
  if (error instanceof Refusal) {
    return { status: error.status, body: { type: error.type, message: error.message } };
  }
  desk.problems.push(
    `the emulator failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
  );
  return { status: 500, body: { type: 'InternalError', message: 'Internal error' } };
}

function refuse(desk: Desk, error: Error, reply: FastifyReply): FastifyReply {
  const { statusCode } = error as { statusCode?: number };
  const known = statusCode !== undefined && statusCode < 500 && !(error instanceof Refusal);
  const { status, body } = known
    ? { status: 400, body: { type: 'BadRequest', message: error.message } }
    : refusalOf(desk, error);
  return reply.code(status).send(body);
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
