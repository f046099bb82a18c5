import type { EnrichedEvent } from '../../domain/event.ts';
import type { RuleMatch } from '../../domain/finding.ts';
import { hashOf } from '../../domain/hash.ts';
import type { CarriedGroup, WindowMember } from '../../domain/ports.ts';
import { textAt } from '../../domain/record.ts';
import { isNumeric } from '../../language/sigma/correlation-type.ts';
import { groupText } from '../../language/sigma/field-value.ts';
import type { CompiledCorrelation } from '../../language/sigma/rule-set.ts';
import type { CorrelationIndex } from './correlation-index.ts';
import type { FiringPeriod } from './firing-periods.ts';
import { microsOf } from './kinds/numbers.ts';
import { kindOf } from './registry.ts';

/** One group of one correlation, with the members that it gets. */
export interface GroupOfMembers {
  readonly correlation: CompiledCorrelation;
  /** Group-by names and values, `account` first unless it looks across accounts. */
  readonly group: Readonly<Record<string, string>>;
  /** Hash of the group's values: what the store knows it by. */
  readonly key: string;
  readonly members: WindowMember[];
}

/**
 * The matches as members of the groups they belong to.
 *
 * The account is part of a group unless the correlation looks across accounts. A match whose group-by value is absent,
 * empty or hidden by AWS enters no group: an absent value is not a value that
 * events share. A match without the value that is looked at enters no group either.
 */
export function groupMatches(matches: readonly RuleMatch[], index: CorrelationIndex): GroupOfMembers[] {
  const groups = createGroups();
  for (const match of matches) {
    for (const correlation of index.fedBy(match.ruleId)) {
      const place = placeOf(match, correlation, match.ruleId);
      if (place === undefined) continue;
      const { ruleId } = match;
      const { time } = match.event;
      const { key, evidence } = identified(match, correlation);
      const { value } = place;
      const member =
        value === undefined ? { ruleId, key, time, evidence } : { ruleId, key, time, value, evidence };
      const carried = carriedBy(match, correlation, index);
      groups
        .membersOf(correlation, place.group)
        .push(carried === undefined ? member : { ...member, carried });
    }
  }
  return groups.all();
}

/** The firing members of correlations as members of the correlations that these feed. */
export function groupFirings(periods: readonly FiringPeriod[], index: CorrelationIndex): GroupOfMembers[] {
  const groups = createGroups();
  for (const { correlation, members, firing } of periods) {
    const innerId = correlation.info.id;
    const outers = index.fedBy(innerId);
    const fired = outers.length === 0 ? [] : members.filter(({ key }) => firing.has(key));
    for (const outer of outers) {
      const name = carriedName(outer.info.id, innerId);
      for (const member of fired) {
        const place = member.carried?.[name];
        if (place !== undefined)
          groups.membersOf(outer, place.group).push(memberOfOuter(member, place, innerId));
      }
    }
  }
  return groups.all();
}

function memberOfOuter({ value: _, ...rest }: WindowMember, { value }: CarriedGroup, ruleId: string) {
  return value === undefined ? { ...rest, ruleId } : { ...rest, value, ruleId };
}

/** Collects members by group. That the same rule and event twice is one member is the store's to see. */
function createGroups() {
  const groups = new Map<string, GroupOfMembers>();
  return {
    membersOf(correlation: CompiledCorrelation, group: CarriedGroup['group']): WindowMember[] {
      const name = groupName(correlation.info.id, group);
      let known = groups.get(name);
      if (known === undefined) {
        known = { correlation, group, key: keyOf(name, group), members: [] };
        groups.set(name, known);
      }
      return known.members;
    },
    all: (): GroupOfMembers[] => [...groups.values()],
  };
}

/** Two groups never share a name: each value says how long it is. */
function groupName(correlationId: string, group: CarriedGroup['group']): string {
  let name = correlationId;
  for (const field in group) name += `\n${group[field]?.length}:${group[field]}`;
  return name;
}

/** Groups come again and again, and hashing costs more than all else that is done for a member. */
const KEYS_KEPT = 5_000;
let keys = new Map<string, string>();

function keyOf(name: string, group: CarriedGroup['group']): string {
  const known = keys.get(name);
  if (known !== undefined) return known;
  if (keys.size >= KEYS_KEPT) keys = new Map();
  const key = hashOf(Object.values(group));
  keys.set(name, key);
  return key;
}

/** Longest believable id of a shared call; AWS writes 36 characters. */
const ID_LENGTH = 128;

/**
 * What a match is known by. Both accounts of a call record it, each under an id of its own; across
 * accounts it is one call, known by the id that the two share.
 */
function identified(
  { event, evidence }: RuleMatch,
  { acrossAccounts }: CompiledCorrelation,
): Pick<WindowMember, 'key' | 'evidence'> {
  const shared = acrossAccounts ? textAt(event.record, 'sharedEventID') : '';
  if (shared === '' || shared.length > ID_LENGTH) return { key: event.key, evidence };
  const key = `shared:${shared}`;
  return { key, evidence: { ...evidence, key } };
}

function carriedBy(
  match: RuleMatch,
  correlation: CompiledCorrelation,
  index: CorrelationIndex,
): WindowMember['carried'] {
  const links = index.chainsFrom(correlation.info.id);
  if (links.length === 0) return undefined;
  const places = links.map(({ outer, innerId }) => {
    const place = placeOf(match, outer, innerId);
    return place === undefined ? [] : [[carriedName(outer.info.id, innerId), place] as const];
  });
  return Object.fromEntries(places.flat());
}

function carriedName(outerId: string, innerId: string): string {
  return JSON.stringify([outerId, innerId]);
}

/** The group and value of an event in a correlation that it reaches through a rule; undefined: in none. */
function placeOf(
  { event }: RuleMatch,
  correlation: CompiledCorrelation,
  ruleId: string,
): CarriedGroup | undefined {
  const group: Record<string, string> = correlation.acrossAccounts ? {} : { account: event.account };
  for (const name of correlation.info.groupBy) {
    const value = groupText(event, fieldOf(correlation, name, ruleId));
    if (value === '') return undefined;
    group[name] = value;
  }
  const value = lookedAt(correlation, event, ruleId);
  if (value !== undefined) return { group, value };
  return kindOf(correlation).needsValue ? undefined : { group };
}

function fieldOf({ aliases }: CompiledCorrelation, name: string, ruleId: string): string {
  return aliases?.get(name)?.get(ruleId) ?? name;
}

/** The one value, or several as a tuple; of a type that computes, a number. */
function lookedAt(
  correlation: CompiledCorrelation,
  event: EnrichedEvent,
  ruleId: string,
): string | undefined {
  const { type, valueFields } = correlation;
  if (valueFields.length === 0) return undefined;
  const values = valueFields.map((name) => groupText(event, fieldOf(correlation, name, ruleId)));
  if (values.includes('')) return undefined;
  if (values.length > 1) return JSON.stringify(values);
  const [value = ''] = values;
  return isNumeric(type) && microsOf(value) === undefined ? undefined : value;
}
