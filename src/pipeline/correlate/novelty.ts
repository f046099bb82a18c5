/**
 * What is new in events for their actor: baselines that no rule asks for and nobody is
 * alerted of. They are one factor of the score.
 */
import type { BaselineAnswer } from '../../domain/baseline.ts';
import type { BatchRef } from '../../domain/batch.ts';
import type { EnrichedEvent } from '../../domain/event.ts';
import { mergeRisk, type RiskFact } from '../../domain/risk.ts';
import { type BaselineDeps, type Shown, shownBy } from './baseline.ts';
import { timely } from './watched-events.ts';

const DAY_MS = 86_400_000;
/** An actor is known after so long. */
const LEARN_MS = 3 * DAY_MS;
/** What it did not show for so long is new again. */
const MEMORY_MS = 30 * DAY_MS;
/** What is new stays new for so long: the second call from a new network is no less new. */
const NEW_MS = DAY_MS;

/** What is remembered of each actor. Both have few values: a service, not each of its actions. */
const WATCHED = [
  { id: 'novelty:network', field: 'source.network', words: 'network' },
  { id: 'novelty:service', field: 'eventSource', words: 'service' },
] as const;

/** The baseline rules that fire say themselves that something is new. */
export const BASELINE_NOVELTY: RiskFact<'novelty'> = { level: 'new', why: 'never seen so before' };

/**
 * Builds the stage. Remembers which networks and services each actor shows, and says
 * by event key what is new or usual; nothing of actors that are not known for three
 * days. Late events can leave a `new` behind, as they can with baselines
 * (docs/adr/0011-baselines-and-silence.md); fingerprints and groups do not know of it.
 */
export function createNovelty({
  store,
  latenessMs,
}: Pick<BaselineDeps, 'store' | 'latenessMs'>): (
  events: readonly EnrichedEvent[],
  ref: Pick<BatchRef, 'deliveredAt'>,
) => Promise<ReadonlyMap<string, RiskFact<'novelty'>>> {
  const rules = WATCHED.map(ruleOf);
  return async (events, { deliveredAt }) => {
    const inTime = timely(events, deliveredAt).filter(({ time }) => deliveredAt - time <= latenessMs);
    const shown = rules.flatMap((rule) => shownBy(rule, inTime));
    if (shown.length === 0) return new Map();
    const answers = await store.add(shown.map(({ sighting }) => sighting));
    const novelty = new Map<string, RiskFact<'novelty'>>();
    for (const [at, each] of shown.entries()) note(novelty, each, answers[at]);
    return novelty;
  };
}

function ruleOf({ id, field }: (typeof WATCHED)[number]): Shown['rule'] {
  return {
    info: {
      id,
      revision: '1',
      title: id,
      description: '',
      level: 'informational',
      tags: [],
      alertType: 'novelty',
      groupBy: [],
      periodMs: DAY_MS,
      runbook: '',
      falsePositives: [],
      isSequence: false,
    },
    eventNames: undefined,
    matches: () => true,
    terms: {
      kind: 'baseline',
      group: ['actor.principal'],
      value: [field],
      learnMs: LEARN_MS,
      memoryMs: MEMORY_MS,
      minValues: 0,
    },
  };
}

function note(
  novelty: Map<string, RiskFact<'novelty'>>,
  { rule, names, events }: Shown,
  answer: BaselineAnswer | undefined,
): void {
  if (answer === undefined) return;
  const watched = WATCHED.find(({ id }) => id === rule.info.id);
  const value = `${watched?.words ?? ''} ${names[watched?.field ?? ''] ?? ''}`;
  for (const { key, time } of events) {
    const level = levelAt(time, answer);
    if (level === undefined) continue;
    const fact = { level, why: `${value} is ${level} for the actor` };
    const before = novelty.get(key) ?? fact;
    novelty.set(key, mergeRisk({ novelty: before }, { novelty: fact }).novelty ?? fact);
  }
}

/** undefined: the time is not of this run, or it is too early to say. */
function levelAt(time: number, { run, groupSince }: BaselineAnswer): 'new' | 'usual' | undefined {
  if (time < run.start || time > run.end) return undefined;
  const age = time - run.start;
  if (age > LEARN_MS) return 'usual';
  return age <= NEW_MS && run.start >= groupSince + LEARN_MS ? 'new' : undefined;
}
