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
      groups.add(correlation, place, {
        ruleId: match.ruleId,
        time: match.event.time,
        ...identified(match, correlation),
        ...carriedBy(match, correlation, index),
      });
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
    if (outers.length === 0) continue;
    for (const member of members.filter(({ key }) => firing.has(key))) {
      for (const outer of outers) {
        const place = member.carried?.[carriedName(outer.info.id, innerId)];
        if (place === undefined) continue;
        const { value: _, ...rest } = member;
        groups.add(outer, place, { ...rest, ruleId: innerId });
      }
    }
  }
  return groups.all();
}

/** Collects members by group. That the same rule and event twice is one member is the store's to see. */
function createGroups() {
  const groups = new Map<string, GroupOfMembers>();
  return {
    add(correlation: CompiledCorrelation, { group, value }: CarriedGroup, member: WindowMember): void {
      const values = Object.values(group);
      // Hashing costs more than looking up the text that is hashed.
      const name = `${correlation.info.id}\n${JSON.stringify(values)}`;
      let known = groups.get(name);
      if (known === undefined) {
        known = { correlation, group, key: hashOf(values), members: [] };
        groups.set(name, known);
      }
      known.members.push(value === undefined ? member : { ...member, value });
    },
    all: (): GroupOfMembers[] => [...groups.values()],
  };
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
): Pick<WindowMember, 'carried'> {
  const links = index.chainsFrom(correlation.info.id);
  if (links.length === 0) return {};
  const places = links.map(({ outer, innerId }) => {
    const place = placeOf(match, outer, innerId);
    return place === undefined ? [] : [[carriedName(outer.info.id, innerId), place] as const];
  });
  return { carried: Object.fromEntries(places.flat()) };
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
  const fieldOf = (name: string) => correlation.aliases?.get(name)?.get(ruleId) ?? name;
  const group: [string, string][] = correlation.acrossAccounts ? [] : [['account', event.account]];
  for (const name of correlation.info.groupBy) {
    const value = groupText(event, fieldOf(name));
    if (value === '') return undefined;
    group.push([name, value]);
  }
  const value = lookedAt(correlation, (name) => groupText(event, fieldOf(name)));
  if (value === undefined && kindOf(correlation).needsValue) return undefined;
  return { group: Object.fromEntries(group), ...(value === undefined ? {} : { value }) };
}

/** The one value, or several as a tuple; of a type that computes, a number. */
function lookedAt(
  { type, valueFields }: CompiledCorrelation,
  read: (name: string) => string,
): string | undefined {
  const values = valueFields.map(read);
  if (values.length === 0 || values.includes('')) return undefined;
  if (values.length > 1) return JSON.stringify(values);
  const [value = ''] = values;
  return isNumeric(type) && microsOf(value) === undefined ? undefined : value;
}
