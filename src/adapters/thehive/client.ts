/**
 * The room of TheHive: everything that knows its API. Not in it: what deserves
 * an alert or a case, and when; that is decided in `jobs/`.
 *
 * The client is the one way out. It bounds how much goes to TheHive at once,
 * sorts the answers into faults and repeats what may be repeated. A key is sent
 * and never shown: not in logs, not in errors.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { TrailhiveError } from '../../domain/errors.ts';
import type { Log, Metrics } from '../../domain/ports.ts';
import { type Answer, bodyOf, toAnswer } from './answer.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { createRequestGate } from './request-gate.ts';

export interface TheHiveClientOptions {
  /** `https://thehive.example.org`, without a path unless TheHive lives under one. */
  readonly url: string;
  readonly key: string;
  /** Name or id; absent: the account's default organisation. */
  readonly organisation?: string;
  /** Extra CA certificates, PEM. */
  readonly ca?: string;
  /** Requests at the same time, at most. */
  readonly concurrency?: number;
  readonly timeoutMs?: number;
  /** Tries of a request that may be repeated. */
  readonly attempts?: number;
  /** Wait before the second try; doubles with each further one. */
  readonly firstWaitMs?: number;
  /** Failures in a row after which nothing goes out for `openMs`. */
  readonly breakerFailures?: number;
  readonly breakerOpenMs?: number;
  readonly now: () => number;
  readonly wait?: (ms: number) => Promise<void>;
  /** In [0, 1): spreads the waits of many workers. */
  readonly random?: () => number;
  readonly metrics?: Metrics;
  readonly log?: Log;
}

export interface TheHiveRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Under `/api/v1`, its parts encoded: `pathOf`. */
  readonly path: string;
  readonly body?: unknown;
  /** True where doing it twice is as good as once. Else it is repeated only if it surely was not done. */
  readonly repeatable: boolean;
}

export interface TheHiveClient {
  /** The answer, or a refusal of the content, as a value; `config` and `retryable` are thrown. */
  send(request: TheHiveRequest): Promise<Answer>;
  /** GET; undefined for 404. */
  read(path: string): Promise<unknown>;
  /** `POST /query`: the rows. A fresh object may be missing for as long as the index lags. */
  query(name: string, steps: readonly Readonly<Record<string, unknown>>[]): Promise<readonly unknown[]>;
  /** Waits, in the client's own time. */
  wait(ms: number): Promise<void>;
  close(): void;
}

/** Longest wait within one call; what must wait longer goes back to the queue. */
const MAX_WAIT_MS = 10_000;

/** `pathOf('alert', 'a;b;c')` is `/alert/a%3Bb%3Bc`. */
export function pathOf(...parts: readonly string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}

export function createTheHiveClient(options: TheHiveClientOptions): TheHiveClient {
  const { now, attempts = 4, firstWaitMs = 500, random = Math.random } = options;
  const wait = options.wait ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  const agents = { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: httpsAgentOf(options) };
  const http = createHttp(options, agents);
  const gate = createRequestGate(options.concurrency ?? 4);
  const breaker = createCircuitBreaker({
    failures: options.breakerFailures ?? 8,
    openMs: options.breakerOpenMs ?? 30_000,
    now,
  });

  const sendOnce = async (request: TheHiveRequest): Promise<Answer> => {
    const blockedMs = breaker.blockedMs();
    if (blockedMs > 0) throw pausedFault(blockedMs);
    const startedAt = now();
    try {
      const answer = await exchange(http, request, now);
      breaker.succeeded();
      gate.eased();
      return answer;
    } catch (error) {
      judge(error);
      throw error;
    } finally {
      const seconds = (now() - startedAt) / 1000;
      options.metrics?.observe('thehive_request_seconds', seconds, { method: request.method });
    }
  };
  const judge = (error: unknown) => {
    if (!(error instanceof TrailhiveError) || error.fault !== 'retryable') return breaker.succeeded();
    gate.strained();
    options.metrics?.count('thehive_failures', { status: String(error.details['status'] ?? 'network') });
    if (error.details['status'] === 429) breaker.succeeded();
    else breaker.failed();
  };

  const send = async (request: TheHiveRequest): Promise<Answer> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await gate.run(() => sendOnce(request));
      } catch (error) {
        const waitMs = waitBeforeRetry(error, request, attempt, firstWaitMs, random());
        if (waitMs === undefined || attempt >= attempts) throw error;
        options.log?.debug({ path: request.path, attempt, waitMs }, 'TheHive request is repeated');
        await wait(waitMs);
      }
    }
  };

  return {
    send,
    async read(path) {
      const answer = await send({ method: 'GET', path, repeatable: true });
      return answer.status === 404 ? undefined : bodyOf(answer, `read ${path}`);
    },
    async query(name, steps) {
      const path = `/query?name=${encodeURIComponent(name)}`;
      const answer = await send({ method: 'POST', path, body: { query: steps }, repeatable: true });
      if (answer.status === 404) return [];
      const rows = bodyOf(answer, `answer the query ${name}`);
      return Array.isArray(rows) ? rows : [];
    },
    wait,
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

function httpsAgentOf({ ca }: TheHiveClientOptions): HttpsAgent {
  return new HttpsAgent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) });
}

function createHttp(
  options: TheHiveClientOptions,
  agents: { httpAgent: HttpAgent; httpsAgent: HttpsAgent },
): AxiosInstance {
  return axios.create({
    baseURL: `${options.url.replace(/\/+$/, '')}/api/v1`,
    adapter: 'http',
    proxy: false,
    maxRedirects: 0,
    timeout: options.timeoutMs ?? 30_000,
    maxContentLength: 64 * 1024 * 1024,
    validateStatus: () => true,
    ...agents,
    headers: {
      Authorization: `Bearer ${options.key}`,
      Accept: 'application/json',
      ...(options.organisation === undefined ? {} : { 'X-Organisation': options.organisation }),
    },
  });
}

async function exchange(http: AxiosInstance, request: TheHiveRequest, now: () => number): Promise<Answer> {
  const { method, path } = request;
  let response: AxiosResponse;
  try {
    response = await http.request({
      method,
      url: path,
      // Since April 2025 TheHive refuses a POST without a JSON content type, body or not.
      ...(method === 'GET' || method === 'DELETE'
        ? {}
        : { data: JSON.stringify(request.body ?? {}), headers: { 'Content-Type': 'application/json' } }),
    });
  } catch (error) {
    throw networkFault(method, path, error);
  }
  const retryAfterMs = retryAfterOf(response.headers['retry-after'], now());
  return toAnswer({ method, path }, { status: response.status, data: response.data, retryAfterMs });
}

/** The axios error itself holds the key in its headers, so it is no cause and no detail. */
function networkFault(method: string, path: string, error: unknown): TrailhiveError {
  const code = axios.isAxiosError(error) ? (error.code ?? 'UNKNOWN') : 'UNKNOWN';
  const neverArrived = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(code);
  return new TrailhiveError('retryable', `TheHive could not be reached (${code}) for ${method} ${path}`, {
    details: { method, path, code, maybeDone: !neverArrived },
  });
}

function pausedFault(retryAfterMs: number): TrailhiveError {
  return new TrailhiveError('retryable', 'TheHive failed too often in a row and is left alone for a while', {
    details: { maybeDone: false, paused: true },
    retryAfterMs,
  });
}

/** `Retry-After` in seconds or as a date. */
function retryAfterOf(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** Undefined: not to be repeated here. */
function waitBeforeRetry(
  error: unknown,
  request: TheHiveRequest,
  attempt: number,
  firstWaitMs: number,
  random: number,
): number | undefined {
  if (!(error instanceof TrailhiveError) || error.fault !== 'retryable') return undefined;
  if (!request.repeatable && error.details['maybeDone'] !== false) return undefined;
  const backoffMs = firstWaitMs * 2 ** (attempt - 1) * (1 + random / 2);
  const waitMs = Math.max(backoffMs, error.retryAfterMs ?? 0);
  return waitMs > MAX_WAIT_MS ? undefined : waitMs;
}
