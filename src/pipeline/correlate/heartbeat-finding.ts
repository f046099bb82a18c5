import type { Evidence, Finding, RuleInfo } from '../../domain/finding.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { hashOf } from '../../domain/hash.ts';
import type { HeartbeatGroup, SeenEvent, Silence } from '../../domain/heartbeat.ts';
import { summarize } from '../../domain/summary.ts';

const MINUTE_MS = 60_000;

/**
 * The finding of a silence: one for a rule, group and last event before it. When
 * the silence is over, the first event after it belongs to it as well, and
 * `returnedAt` says so; until then the last event is all there is.
 */
export function silenceFinding(
  rule: RuleInfo,
  group: Pick<HeartbeatGroup, 'names'>,
  silence: Silence,
): Finding {
  const periodStart = silence.start;
  const names = group.names;
  const { last, end } = silence;
  const evidence = [
    evidenceOf(last, wordsBefore(silence)),
    ...(end === undefined ? [] : [evidenceOf(end, `first event after ${pauseText(end.time - last.time)}`)]),
  ];
  return {
    id: hashOf([rule.id, Object.entries(names).toSorted(([a], [b]) => (a < b ? -1 : 1)), periodStart]),
    kind: 'correlation',
    rule,
    fingerprint: fingerprint({ ruleId: rule.id, group: names, periodStart }),
    group: names,
    periodStart,
    account: names['account'] ?? '',
    members: evidence.map(({ key, time }) => ({ key, time })),
    firing: [last.key],
    evidence,
    // Nobody acted: the alert names no actor, and joins nobody's incident.
    summary: { ...summarize(evidence), actors: [] },
    ...(end === undefined ? {} : { returnedAt: end.time }),
  };
}

function wordsBefore({ usualMs, emptySince }: Silence): string {
  const words = `last event before a silence; usual pause: up to ${pauseText(usualMs)}`;
  if (emptySince === undefined) return words;
  const since = new Date(emptySince).toISOString().slice(0, 16).replace('T', ' ');
  return `${words}; objects still arrive, empty since ${since} (UTC)`;
}

/** `2 h 10 min` */
function pauseText(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 ? `${hours} h` : '', rest > 0 || hours === 0 ? `${rest} min` : '']
    .filter(Boolean)
    .join(' ');
}

/** Without its actor: who made the last event before a silence need not have to do with it. */
function evidenceOf(event: SeenEvent, summary: string): Evidence {
  return {
    ...event,
    actor: { kind: 'unknown', principal: '', name: '', account: '' },
    sourceAddress: '',
    userAgent: '',
    resources: [],
    summary,
    observables:
      event.account === '' ? [] : [{ type: 'aws-account', value: event.account, tags: ['account'] }],
    stable: {},
    marks: [],
  };
}
