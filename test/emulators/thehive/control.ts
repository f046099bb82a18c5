/**
 * How the demo, in another process, works the emulator: the analyst's hand, the
 * webhook's address, and what the desk holds, under `/_emulator`. Not part of TheHive,
 * so not checked against its contract.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Analyst, Verdict } from './analyst.ts';
import { renderDesk } from './desk-page.ts';
import type { State } from './store.ts';
import type { Webhooks } from './webhooks.ts';

export interface Controls {
  readonly state: State;
  readonly analyst: Analyst;
  readonly webhooks: Webhooks;
}

export function addControlRoutes(app: FastifyInstance, controls: Controls): void {
  const { state, analyst, webhooks } = controls;
  app.get('/', (_request, reply) => page(reply, renderDesk(state)));
  app.get('/_emulator/state', () => state);
  app.get('/_emulator/idle', async () => {
    await webhooks.idle();
    return { posts: webhooks.posts.length };
  });
  app.post('/_emulator/webhook', async (request, reply) => {
    const { url, token } = request.body as { url: string; token?: string };
    webhooks.endpoint(url, token);
    return reply.code(204).send();
  });
  app.post('/_emulator/analyst/close-case', async (request, reply) => {
    const { case: idOrNumber, ...verdict } = request.body as Verdict & { case: string | number };
    analyst.closeCase(idOrNumber, verdict);
    return reply.code(204).send();
  });
  app.post('/_emulator/analyst/reopen-case', async (request, reply) => {
    analyst.reopenCase((request.body as { case: string | number }).case);
    return reply.code(204).send();
  });
}

/** No script, no foreign origin: what is shown was written by attackers in the end. */
function page(reply: FastifyReply, text: string): FastifyReply {
  return reply
    .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
    .type('text/html; charset=utf-8')
    .send(text);
}
