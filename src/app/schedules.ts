import type { Service } from './service.ts';

const MINUTE_MS = 60_000;
const TEND_DELIVERIES_MS = MINUTE_MS;
const CHECK_HEARTBEATS_MS = 5 * MINUTE_MS;
const CLOSE_WINDOWS_MS = MINUTE_MS;
const SNAPSHOT_MS = 24 * 60 * MINUTE_MS;
const PROMOTE_SUPPRESSIONS_MS = 10 * MINUTE_MS;

/** Has the jobs that come by the clock come. Their schedule is in Redis: it is set anew when that was emptied. */
export async function scheduleJobs({ config, queue }: Pick<Service, 'config' | 'queue'>): Promise<void> {
  await queue.schedule('poll-verdicts', config.suppression.pollMinutes * MINUTE_MS);
  await queue.schedule('promote-suppressions', PROMOTE_SUPPRESSIONS_MS);
  await queue.schedule('tend-deliveries', TEND_DELIVERIES_MS);
  await queue.schedule('check-heartbeats', CHECK_HEARTBEATS_MS);
  await queue.schedule('close-windows', CLOSE_WINDOWS_MS);
  await queue.schedule('snapshot', SNAPSHOT_MS);
}
