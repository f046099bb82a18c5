/**
 * The process of the live service: starts the roles that were asked for, and on
 * SIGTERM or SIGINT stops them in the order of the flow.
 */
import { startIngest } from '../../app/ingest-role.ts';
import { openService, type Role, type Service, type ServiceDeps } from '../../app/service.ts';
import { startWorker } from '../../app/worker-role.ts';
import { messageOf } from '../../domain/errors.ts';
import { createWebhookServer } from '../webhook/server.ts';

export const ROLES = ['ingest', 'worker', 'webhook'] as const;
export type RoleName = (typeof ROLES)[number];

export interface RunningService {
  readonly service: Service;
  /** Where the webhook listens, if that role runs. */
  readonly webhookUrl: string | undefined;
  /** Stops polling first, then the workers, then HTTP, and closes all connections. */
  stop(): Promise<void>;
}

export interface ServeDeps extends ServiceDeps {
  readonly renderMetrics: () => Promise<string>;
}

/** Starts the roles; resolves when all of them run. */
export async function startRoles(deps: ServeDeps, roles: readonly RoleName[]): Promise<RunningService> {
  const service = openService(deps);
  const started: Role[] = [];
  let webhookUrl: string | undefined;
  const stop = async () => {
    for (const role of started) await role.stop();
    await service.close();
  };
  try {
    if (roles.includes('webhook')) {
      const webhook = await startWebhook(service, deps.renderMetrics);
      webhookUrl = webhook.url;
      started.unshift(webhook);
    }
    if (roles.includes('worker')) started.unshift(await startWorker(service));
    if (roles.includes('ingest')) started.unshift(startIngest(service));
  } catch (error) {
    await stop();
    throw error;
  }
  return { service, webhookUrl, stop };
}

async function startWebhook(
  service: Service,
  renderMetrics: () => Promise<string>,
): Promise<Role & { readonly url: string }> {
  const { config, secrets, queue, stores, desk, metrics, log } = service;
  const server = await createWebhookServer({
    secret: secrets.webhookSecret,
    maxBodyBytes: config.webhook.maxBodyBytes,
    requestsPerMinute: config.webhook.requestsPerMinute,
    ownLogin: rememberLogin(() => desk.ownLogin(), service),
    queueHint: (hint) => queue.addVerdictHints([hint]),
    notReady: async () => ((await answers(stores.answers)) ? [] : ['redis']),
    renderMetrics,
    metrics,
    log,
  });
  const url = await server.listen({ host: config.webhook.host, port: config.webhook.port });
  log.info({ url }, 'webhook listens');
  return { url, stop: () => server.close() };
}

/**
 * trailhive's login on TheHive, asked for until it is known. Until then no
 * notification is taken for an echo: reading one object too many does no harm.
 */
function rememberLogin(ask: () => Promise<string>, { log }: Service): () => string | undefined {
  let login: string | undefined;
  let isAsking = false;
  return () => {
    if (login === undefined && !isAsking) {
      isAsking = true;
      ask()
        .then((answer) => {
          login = answer;
        })
        .catch((error: unknown) => log.debug({ reason: messageOf(error) }, 'own login not known yet'))
        .finally(() => {
          isAsking = false;
        });
    }
    return login;
  };
}

async function answers(ping: () => Promise<boolean>): Promise<boolean> {
  try {
    return await ping();
  } catch {
    return false;
  }
}
