import type { Finding } from '../../domain/finding.ts';
import type { QueueClock, QuietGroup, Silence } from '../../domain/heartbeat.ts';
import type { HeartbeatStore } from '../../domain/ports.ts';
import type { HeartbeatTerms } from '../../language/sigma/rule-extensions.ts';
import type { Watch } from '../../language/sigma/rule-set.ts';
import { silenceFinding } from './heartbeat-finding.ts';
import { shortestSilence, silenceAt } from './heartbeat-rhythm.ts';

/** A silence that is open, and nobody was told of. */
export interface FoundSilence {
  readonly ruleId: string;
  readonly group: string;
  readonly start: number;
  readonly finding: Finding;
}

/** When the question is asked, and whether all that the queues delivered has been processed. */
export interface AskedAt {
  readonly now: number;
  readonly isDrained: boolean;
}

/** As many groups as are looked at in one turn; the longest quiet come first. */
const MAX_GROUPS = 2_000;

/** How long objects may come without an event before they are called empty. */
const EMPTY_MS = 30 * 60_000;

/**
 * Builds the question which groups have fallen silent; every silence is opened in
 * the store before it is returned, and returned until it is marked as told.
 *
 * How long a group is silent is measured by the clock of the queue that it came
 * by, not by `now`: by the latest delivery that was processed, and by the time at
 * which the queue said that it is empty, while no batch waits. A backlog, a
 * stopped trailhive and a queue that cannot be read are thus no silence.
 */
export function createFindSilences(
  rules: readonly Watch<HeartbeatTerms>[],
  store: Pick<HeartbeatStore, 'clocks' | 'quiet' | 'fallSilent'>,
): (at: AskedAt) => Promise<readonly FoundSilence[]> {
  return async (at) => {
    const clocks = rules.length === 0 ? new Map<string, QueueClock>() : await store.clocks();
    const found: FoundSilence[] = [];
    for (const rule of rules) {
      const groups = await store.quiet(rule.info.id, at.now - shortestSilence(rule.terms), MAX_GROUPS);
      for (const group of groups) {
        const silence = await openSilence(rule, group, clocks.get(group.queue), at, store);
        if (silence === undefined) continue;
        const { ruleId, group: key } = group;
        const finding = silenceFinding(rule.info, group, silence);
        found.push({ ruleId, group: key, start: silence.start, finding });
      }
    }
    return found;
  };
}

/** The silence that the group is in, opened now or before and not told yet. */
async function openSilence(
  { terms }: Watch<HeartbeatTerms>,
  group: QuietGroup,
  clock: QueueClock | undefined,
  at: AskedAt,
  store: Pick<HeartbeatStore, 'fallSilent'>,
): Promise<Silence | undefined> {
  if (group.silence?.start === group.last.time) return group.silence;
  const known = knownUntil(clock, at);
  const usualMs = known === undefined ? undefined : silenceAt(group, terms, known);
  if (usualMs === undefined) return undefined;
  const silence = { start: group.last.time, last: group.last, usualMs, ...emptiness(clock) };
  return (await store.fallSilent(group.ruleId, group.group, silence)) ? silence : undefined;
}

/** Up to when it is known what the queue delivers; never later than `now`. */
function knownUntil(clock: QueueClock | undefined, { now, isDrained }: AskedAt): number | undefined {
  const times = [clock?.deliveredAt, isDrained ? clock?.idleAt : undefined];
  const known = times.filter((time): time is number => time !== undefined);
  return known.length === 0 ? undefined : Math.min(now, Math.max(...known));
}

/** The queue is alive, but what it names holds no events. */
function emptiness({ deliveredAt, eventsAt }: QueueClock = {}): { readonly emptySince?: number } {
  if (deliveredAt === undefined || eventsAt === undefined || deliveredAt - eventsAt < EMPTY_MS) return {};
  return { emptySince: eventsAt };
}
