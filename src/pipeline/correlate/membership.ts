import type { RuleMatch } from '../../domain/finding.ts';
import { hashOf } from '../../domain/hash.ts';
import type { WindowMember } from '../../domain/ports.ts';
import { groupText } from '../../language/sigma/field-value.ts';
import type { CompiledCorrelation } from '../../language/sigma/rule-set.ts';

/** One group of one correlation, with the members that a batch brings it. */
export interface GroupOfMembers {
  readonly correlation: CompiledCorrelation;
  /** Group-by names and values, `account` first. */
  readonly group: Readonly<Record<string, string>>;
  /** Hash of the group's values: what the store knows it by. */
  readonly key: string;
  readonly members: WindowMember[];
}

/** What AWS writes where it does not tell, so that one group would hold everybody. */
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/**
 * The matches as members of the groups they belong to.
 *
 * The account is always part of a group. A match whose group-by value is absent,
 * empty or hidden by AWS enters no group: an absent value is not a value that
 * events share. A match without a value enters no `value_count`.
 */
export function groupMembers(
  matches: readonly RuleMatch[],
  correlationsOf: (ruleId: string) => readonly CompiledCorrelation[],
  needsValue: (correlation: CompiledCorrelation) => boolean,
): GroupOfMembers[] {
  const groups = new Map<string, GroupOfMembers>();
  for (const match of matches) {
    for (const correlation of correlationsOf(match.ruleId)) {
      const group = groupOf(match, correlation);
      const value = valueText(match, correlation);
      if (group === undefined || (value === undefined && needsValue(correlation))) continue;
      const key = hashOf(Object.values(group));
      const name = `${correlation.info.id}\n${key}`;
      const known = groups.get(name) ?? { correlation, group, key, members: [] };
      known.members.push(memberOf(match, value));
      groups.set(name, known);
    }
  }
  return [...groups.values()];
}

function groupOf(match: RuleMatch, correlation: CompiledCorrelation): Record<string, string> | undefined {
  const group: [string, string][] = [['account', match.event.account]];
  for (const name of correlation.info.groupBy) {
    const value = groupText(match.event, fieldOf(correlation, match.ruleId, name));
    if (value === '' || value === HIDDEN) return undefined;
    group.push([name, value]);
  }
  return Object.fromEntries(group);
}

/** An alias stands for another field in each of the listed rules. */
function fieldOf(correlation: CompiledCorrelation, ruleId: string, name: string): string {
  return correlation.aliases?.get(name)?.get(ruleId) ?? name;
}

function valueText(match: RuleMatch, correlation: CompiledCorrelation): string | undefined {
  const values = correlation.valueFields.map((field) =>
    groupText(match.event, fieldOf(correlation, match.ruleId, field)),
  );
  if (values.length === 0 || values.includes('')) return undefined;
  return values.length === 1 ? values[0] : JSON.stringify(values);
}

function memberOf({ ruleId, event, evidence }: RuleMatch, value: string | undefined): WindowMember {
  return { ruleId, key: event.key, time: event.time, evidence, ...(value === undefined ? {} : { value }) };
}
