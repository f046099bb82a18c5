import { describe, expect, it } from 'vitest';
import { createRuleIndex } from '../../../../src/language/sigma/rule-index.ts';
import { aRuleSet, aRuleText } from '../../../helpers/a-rule-set.ts';

const rules = aRuleSet([
  aRuleText(
    { s: { eventSource: 'iam.amazonaws.com', eventName: ['A', 'B'] }, condition: 's' },
    { id: 'both' },
  ),
  aRuleText({ s: { eventName: 'A' }, condition: 's' }, { id: 'name' }),
  aRuleText(
    { s: { eventSource: 'iam.amazonaws.com' }, f: { x: 1 }, condition: 's and not f' },
    { id: 'source' },
  ),
  aRuleText({ s: { eventSource: 'iam.amazonaws.com' }, condition: 'not s' }, { id: 'any' }),
]).detections;
const index = createRuleIndex(rules);
const found = (record: Readonly<Record<string, unknown>>) => index(record).map((rule) => rule.info.id);

describe('createRuleIndex', () => {
  it.each([
    [{ eventSource: 'iam.amazonaws.com', eventName: 'A' }, ['both', 'name', 'source', 'any']],
    [{ eventSource: 'IAM.amazonaws.com', eventName: 'a' }, ['both', 'name', 'source', 'any']],
    [{ eventSource: 's3.amazonaws.com', eventName: 'A' }, ['name', 'any']],
    [{ eventSource: 'iam.amazonaws.com', eventName: 'C' }, ['source', 'any']],
    [{ eventSource: 's3.amazonaws.com', eventName: 'C' }, ['any']],
  ])('finds for %o the rules that could match, in their order', (record, expected) => {
    expect(found(record)).toEqual(expected);
    expect(found(record)).toEqual(expected);
  });

  it('rules nothing out by what is no text', () => {
    expect(found({})).toEqual(['both', 'name', 'source', 'any']);
    expect(found({ eventName: ['A'], eventSource: 's3.amazonaws.com' })).toEqual(['name', 'any']);
  });
});
