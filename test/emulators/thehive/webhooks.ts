/**
 * Tells the configured endpoints of every change, in TheHive 5's version 1: once,
 * without a retry, without a signature, after the request and not within it.
 */
import type { Audit, Caller } from './hive.ts';

export interface EndpointOptions {
  /** Sends each body twice, as two matching notifications do. */
  readonly twice?: boolean;
  /** Leaves `_id` empty, as 5.1 did. */
  readonly emptyIds?: boolean;
}

/** One post that was made. `status` 0: nobody answered. */
export interface WebhookPost {
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly status: number;
}

export interface Webhooks {
  /** Adds an endpoint with bearer authentication; without a token it goes unauthenticated. */
  endpoint(url: string, token?: string, options?: EndpointOptions): void;
  readonly posts: readonly WebhookPost[];
  /** Resolves when nothing waits to be posted. */
  idle(): Promise<void>;
}

interface Endpoint extends EndpointOptions {
  readonly url: string;
  readonly token: string | undefined;
}

export function createWebhooks(deps: { now(): number; nextId(): string }): Webhooks & {
  emit(who: Caller, audit: Audit): void;
  stop(): Promise<void>;
} {
  const endpoints: Endpoint[] = [];
  const posts: WebhookPost[] = [];
  const stopping = new AbortController();
  let tail: Promise<void> = Promise.resolve();
  const idle = async (): Promise<void> => {
    for (let seen: Promise<void> | undefined; seen !== tail; ) {
      seen = tail;
      await seen;
    }
  };
  return {
    posts,
    idle,
    endpoint(url, token, options = {}) {
      endpoints.push({ url, token, ...options });
    },
    emit(who, audit) {
      if (endpoints.length === 0) return;
      const body = structuredClone(bodyOf(deps, who, audit));
      for (const endpoint of endpoints) {
        const sent = endpoint.emptyIds ? { ...body, _id: '' } : body;
        for (let copy = 0; copy < (endpoint.twice ? 2 : 1); copy++) {
          tail = tail.then(() => post(endpoint, sent, stopping.signal)).then((made) => void posts.push(made));
        }
      }
    },
    async stop() {
      stopping.abort();
      await idle();
    },
  };
}

function bodyOf(
  deps: { now(): number; nextId(): string },
  who: Caller,
  audit: Audit,
): Record<string, unknown> {
  return {
    _id: deps.nextId(),
    _type: 'Audit',
    _createdBy: who.login,
    _createdAt: deps.now(),
    action: audit.action,
    mainAction: audit.mainAction ?? true,
    requestId: who.requestId,
    rootId: audit.rootId,
    objectId: audit.objectId,
    objectType: audit.objectType,
    details: audit.details,
    ...(audit.action === 'delete' ? {} : { object: audit.object }),
    context: audit.context,
    organisation: { organisationId: '~4', organisation: 'SOC' },
  };
}

async function post(
  endpoint: Endpoint,
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<WebhookPost> {
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(endpoint.token === undefined ? {} : { authorization: `Bearer ${endpoint.token}` }),
      },
      body: JSON.stringify(body),
      signal,
    });
    await response.arrayBuffer();
    return { url: endpoint.url, body, status: response.status };
  } catch {
    return { url: endpoint.url, body, status: 0 };
  }
}
