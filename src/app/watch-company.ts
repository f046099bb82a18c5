import { messageOf } from '../domain/errors.ts';
import { createContextKeeper } from './context-keeper.ts';
import type { Knowledge } from './knowledge.ts';
import type { Service } from './service.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;

/**
 * Looks at `context/` and the IAM snapshots as often as the configuration says, and
 * hands over what changed; asks AWS for new snapshots where it says so. One look at a
 * time.
 */
export function watchCompany(
  service: Pick<Service, 'config' | 'knowledge' | 'metrics' | 'log'>,
  use: (knowledge: Knowledge) => void,
): { stop(): void } {
  const { config, metrics, log } = service;
  const { folder, iam, reloadSeconds, iamRefreshHours } = config.context;
  if (folder === undefined && iam === undefined) return { stop: () => undefined };
  let { knowledge } = service;
  const look = createContextKeeper({
    places: config.context,
    contentHash: knowledge.companyHash,
    use: (loaded) => {
      const next = knowledge.withCompany(loaded);
      if (next.problems.length > 0) return next.problems;
      knowledge = next.knowledge;
      use(knowledge);
      return [];
    },
    metrics,
    log,
  });
  const timers = [setInterval(oneAtATime(look), reloadSeconds * SECOND_MS)];
  if (iam !== undefined && iamRefreshHours > 0) {
    const refresh = oneAtATime(() => refreshIam(service, iam, look));
    refresh();
    timers.push(setInterval(refresh, iamRefreshHours * HOUR_MS));
  }
  return { stop: () => timers.forEach(clearInterval) };
}

function oneAtATime(work: () => Promise<unknown>): () => void {
  let isRunning = false;
  return () => {
    if (isRunning) return;
    isRunning = true;
    void work().finally(() => {
      isRunning = false;
    });
  };
}

/** Never throws: the snapshot of before stays in use. */
async function refreshIam(
  { config, metrics, log }: Pick<Service, 'config' | 'metrics' | 'log'>,
  folder: string,
  look: () => Promise<unknown>,
): Promise<void> {
  try {
    // Loaded only where it is used: IAM's client is large.
    const { pullIam } = await import('./pull-iam.ts');
    const pulled = await pullIam({ folder, aws: config.aws, roles: config.context.iamRoles });
    for (const { account, principals } of pulled)
      log.info({ account, principals }, 'IAM snapshot was renewed');
    metrics.count('iam_refreshes');
  } catch (error) {
    metrics.count('iam_refresh_failures');
    log.error({ reason: messageOf(error) }, 'IAM snapshots were not renewed: those of before stay in use');
  }
  await look();
}
