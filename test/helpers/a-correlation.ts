import type { RuleMatch } from '../../src/domain/finding.ts';
import type { CompiledCorrelation } from '../../src/language/sigma/rule-set.ts';
import { ACCOUNT, anEvidence, aRule, DAY, MINUTE, TEN_O_CLOCK } from './a-finding.ts';
import { anEnrichedEvent } from './an-event.ts';

/** A correlation over the rules `base-a` and `base-b`. */
export function aCorrelation(
  overrides: {
    readonly type?: CompiledCorrelation['type'];
    readonly id?: string;
    readonly groupBy?: readonly string[];
    readonly spanMs?: number;
    readonly periodMs?: number;
    readonly op?: CompiledCorrelation['condition'][number]['op'];
    readonly threshold?: number;
    readonly ruleIds?: readonly string[];
    readonly valueFields?: readonly string[];
    readonly aliases?: CompiledCorrelation['aliases'];
    readonly alternatives?: CompiledCorrelation['alternatives'];
    readonly percentile?: number;
    readonly settlings?: number;
    readonly alerts?: boolean;
    readonly acrossAccounts?: boolean;
  } = {},
): CompiledCorrelation {
  const type = overrides.type ?? 'event_count';
  return {
    info: aRule({
      id: overrides.id ?? `corr-${type}`,
      groupBy: overrides.groupBy ?? ['actor.principal'],
      periodMs: overrides.periodMs ?? DAY,
    }),
    type,
    ruleIds: overrides.ruleIds ?? ['base-a', 'base-b'],
    spanMs: overrides.spanMs ?? 10 * MINUTE,
    condition:
      overrides.alternatives !== undefined
        ? []
        : [{ op: overrides.op ?? 'gte', threshold: overrides.threshold ?? 3 }],
    valueFields: overrides.valueFields ?? (type.startsWith('value_') ? ['value'] : []),
    settlings: overrides.settlings ?? 0,
    alerts: overrides.alerts ?? true,
    acrossAccounts: overrides.acrossAccounts ?? false,
    ...(overrides.alternatives === undefined ? {} : { alternatives: overrides.alternatives }),
    ...(overrides.percentile === undefined ? {} : { percentile: overrides.percentile }),
    ...(overrides.aliases === undefined ? {} : { aliases: overrides.aliases }),
  };
}

/** A rule's match on an event with the given record fields. */
export function aMatch(overrides: {
  readonly ruleId?: string;
  readonly eventId: string;
  readonly time?: number;
  readonly complete?: boolean;
  readonly record?: Readonly<Record<string, unknown>>;
}): RuleMatch {
  const time = overrides.time ?? TEN_O_CLOCK;
  const key = `${overrides.eventId}/${ACCOUNT}`;
  const event = {
    ...anEnrichedEvent({ eventID: overrides.eventId, recipientAccountId: ACCOUNT, ...overrides.record }),
    key,
    time,
    complete: overrides.complete ?? true,
  };
  return {
    ruleId: overrides.ruleId ?? 'base-a',
    event,
    evidence: anEvidence({ key, eventId: overrides.eventId, time }),
  };
}
