/**
 * The HTTP side of trailhive: TheHive's notifications in, health and metrics
 * out. It believes nothing and does nothing itself: a notification becomes a
 * queued hint, and the object is read again from TheHive by a worker.
 */
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance } from 'fastify';
import type { Log, Metrics } from '../../domain/ports.ts';
import { type Hint, readAudit } from './audit.ts';
import { createBearerCheck } from './bearer.ts';

export interface WebhookOptions {
  readonly secret: string;
  readonly maxBodyBytes: number;
  readonly requestsPerMinute: number;
  /** trailhive's login on TheHive, once it is known. */
  readonly ownLogin: () => string | undefined;
  readonly queueHint: (hint: Hint) => Promise<void>;
  /** Everything that must answer before traffic is welcome; the names of what does not. */
  readonly notReady: () => Promise<readonly string[]>;
  readonly renderMetrics: () => Promise<string>;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Builds the server without listening; tests use `inject`. */
export async function createWebhookServer(options: WebhookOptions): Promise<FastifyInstance> {
  const server = fastify({ logger: false, bodyLimit: options.maxBodyBytes });
  await server.register(rateLimit, { global: false, max: options.requestsPerMinute, timeWindow: '1 minute' });
  addErrorAnswers(server, options);
  addHealth(server, options);
  addNotifications(server, options);
  return server;
}

function addErrorAnswers(server: FastifyInstance, { log }: WebhookOptions): void {
  server.setErrorHandler(async (error: { statusCode?: number; message?: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.warn({ cause: error.message }, 'a webhook request failed');
    // Never the error's own text for our failures: it may name hosts or keys.
    const message = status >= 500 ? 'not accepted, try again' : (error.message ?? 'bad request');
    return reply.code(status).send({ error: message });
  });
}

function addHealth(server: FastifyInstance, { notReady, renderMetrics }: WebhookOptions): void {
  server.get('/livez', async () => ({ ok: true }));
  server.get('/readyz', async (_request, reply) => {
    const waitingFor = await notReady();
    return reply.code(waitingFor.length === 0 ? 200 : 503).send({ ok: waitingFor.length === 0, waitingFor });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4').send(await renderMetrics()),
  );
}

function addNotifications(server: FastifyInstance, options: WebhookOptions): void {
  const isAllowed = createBearerCheck(options.secret);
  server.route({
    method: 'POST',
    url: '/webhook/thehive',
    config: { rateLimit: {} },
    onRequest: async (request, reply) => {
      if (isAllowed(request.headers.authorization)) return;
      options.metrics.count('webhook_requests', { outcome: 'unauthorised' });
      await reply.code(401).header('www-authenticate', 'Bearer').send({ error: 'unauthorised' });
    },
    handler: async (request) => {
      const reading = readAudit(request.body, options.ownLogin());
      options.metrics.count('webhook_requests', { outcome: reading.outcome });
      if (reading.outcome === 'refused') {
        // 200 all the same: TheHive would only repeat what cannot be read.
        options.log.warn({ remedy: reading.remedy }, 'a notification was refused');
        return { accepted: false, remedy: reading.remedy };
      }
      if (reading.outcome === 'hint') await options.queueHint(reading.hint);
      return { accepted: reading.outcome === 'hint' };
    },
  });
}
