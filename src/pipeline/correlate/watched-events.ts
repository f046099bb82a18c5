import type { EnrichedEvent } from '../../domain/event.ts';
import { groupText } from '../../language/sigma/field-value.ts';
import { fold } from '../../language/sigma/fold.ts';
import type { RuleExtension } from '../../language/sigma/rule-extensions.ts';
import type { Watch } from '../../language/sigma/rule-set.ts';

/** An event may claim to be so much newer than its delivery: clocks differ. Beyond, rules that watch pass it over. */
const SKEW_MS = 15 * 60_000;

/** The events with a time of their own that is no future. */
export function timely(events: readonly EnrichedEvent[], deliveredAt: number): EnrichedEvent[] {
  return events.filter(({ complete, time }) => complete && time <= deliveredAt + SKEW_MS);
}

export function isWatched({ eventNames, matches }: Watch<RuleExtension>, event: EnrichedEvent): boolean {
  const name = event.record['eventName'];
  if (eventNames !== undefined && typeof name === 'string' && !eventNames.includes(fold(name))) return false;
  return matches(event);
}

/** Names and values of fields; undefined where one is absent, empty or hidden: that is no value that events share. */
export function valuesOf(
  fields: readonly string[],
  event: EnrichedEvent,
): Readonly<Record<string, string>> | undefined {
  const values = fields.map((name) => [name, groupText(event, name)] as const);
  return values.some(([, value]) => value === '') ? undefined : Object.fromEntries(values);
}
