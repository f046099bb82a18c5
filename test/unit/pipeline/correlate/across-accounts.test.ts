import { describe, expect, it } from 'vitest';
import { createMemoryWindows } from '../../../../src/adapters/memory/windows.ts';
import type { RuleMatch } from '../../../../src/domain/finding.ts';
import { createCorrelate } from '../../../../src/pipeline/correlate/correlate.ts';
import { toEvent } from '../../../../src/pipeline/decode/decode.ts';
import { createDetect } from '../../../../src/pipeline/detect/detect.ts';
import { createEnrich } from '../../../../src/pipeline/enrich/enrich.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { DAY } from '../../../helpers/a-finding.ts';
import { aRuleSet, aRuleText, loadTexts } from '../../../helpers/a-rule-set.ts';
import { aRecord, type RecordOverrides } from '../../../helpers/an-event.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const OURS = '111122223333';
const THEIRS = '444455556666';

const base = aRuleText(
  { s: { eventName: 'AssumeRole' }, condition: 's' },
  { id: 'base', name: 'base', level: 'informational' },
);
const correlationText = (document: object = {}, correlation: object = {}) =>
  JSON.stringify({
    title: 'Many',
    id: 'many',
    correlation: {
      type: 'event_count',
      rules: ['base'],
      'group-by': ['source.address'],
      timespan: '1h',
      condition: { gte: 2 },
      ...correlation,
    },
    ...document,
  });

/** One AssumeRole across accounts, as the account of the given number records it. */
const copy = (account: string, call: number, rest: RecordOverrides = {}) =>
  aRecord({
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    eventID: `${account}-${call}`,
    sharedEventID: `00000000-0000-4000-8000-00000000000${call}`,
    recipientAccountId: account,
    ...rest,
  });

async function findingsOf(records: readonly ReturnType<typeof copy>[], document: object) {
  const ruleSet = aRuleSet([base, correlationText(document)]);
  const enrich = createEnrich(aCompany());
  const events = records.map((record, at) => enrich(toEvent(record, { id: 'x', deliveredAt: NOW }, at)));
  const { matches } = createDetect(ruleSet, aCompany())(events);
  const add = createCorrelate(ruleSet, createMemoryWindows(), { latenessMs: DAY });
  return await add(matches as RuleMatch[], NOW).then(({ findings }) => findings);
}

const ACROSS = { 'x-across-accounts': true };

describe('a correlation across accounts', () => {
  it('counts the copies that two accounts have of one call once', async () => {
    expect(await findingsOf([copy(OURS, 1), copy(THEIRS, 1)], ACROSS)).toEqual([]);
  });

  it('counts calls of different accounts together', async () => {
    const [finding, ...others] = await findingsOf([copy(OURS, 1), copy(THEIRS, 1), copy(THEIRS, 2)], ACROSS);
    expect(others).toEqual([]);
    expect(finding?.members.length).toBe(2);
    expect(finding?.group).toEqual({ 'source.address': '203.0.113.7' });
    expect(finding?.account).toBe('');
  });

  it('counts calls that were not shared each by itself', async () => {
    const alone = [
      copy(OURS, 1, { sharedEventID: undefined }),
      copy(THEIRS, 2, { sharedEventID: undefined }),
    ];
    expect((await findingsOf(alone, ACROSS)).length).toBe(1);
  });

  it('shows the same evidence, whichever copy came first', async () => {
    const records = [copy(OURS, 1), copy(THEIRS, 1), copy(OURS, 2)];
    const [one] = await findingsOf(records, ACROSS);
    const [two] = await findingsOf(records.toReversed(), ACROSS);
    expect(one?.evidence.length).toBe(2);
    expect(two?.evidence).toEqual(one?.evidence);
    expect(two?.fingerprint).toBe(one?.fingerprint);
  });

  it('is not one that says nothing: there the account is part of the group', async () => {
    expect(await findingsOf([copy(OURS, 1), copy(THEIRS, 2)], {})).toEqual([]);
    const [finding] = await findingsOf([copy(OURS, 1), copy(OURS, 2), copy(THEIRS, 1)], {});
    expect(finding?.group).toEqual({ account: OURS, 'source.address': '203.0.113.7' });
  });

  it.each([
    ['a text', [base, correlationText({ 'x-across-accounts': 'yes' })], 'takes true or false'],
    [
      'nothing to group by',
      [base, correlationText(ACROSS, { 'group-by': undefined })],
      'a "group-by" must say',
    ],
    [
      'a plain rule',
      [aRuleText({ s: { eventName: 'x' }, condition: 's' }, { ...ACROSS })],
      'stands on correlations only',
    ],
    [
      'a chain of which one part looks across accounts',
      [
        base,
        correlationText({ name: 'many' }),
        correlationText({ ...ACROSS, id: 'outer', title: 'Outer' }, { rules: ['many'] }),
      ],
      'must both have "x-across-accounts: true", or neither',
    ],
  ])('is refused on %s', (_name, texts, message) => {
    expect(
      loadTexts(texts)
        .problems.map((problem) => problem.message)
        .join('\n'),
    ).toContain(message);
  });
});

describe('a name that CloudTrail hid', () => {
  const failure = (id: string, account = OURS) =>
    aRecord({
      eventID: id,
      eventName: 'AssumeRole',
      recipientAccountId: account,
      userIdentity: { type: 'IAMUser', accountId: account, userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    });

  it('is no group of a correlation', async () => {
    const ruleSet = aRuleSet([base, correlationText({}, { 'group-by': ['userIdentity.userName'] })]);
    const enrich = createEnrich(aCompany());
    const events = ['a', 'b', 'c'].map((id, at) =>
      enrich(toEvent(failure(id), { id: 'x', deliveredAt: NOW }, at)),
    );
    const { matches } = createDetect(ruleSet, aCompany())(events);
    const { findings } = await createCorrelate(ruleSet, createMemoryWindows(), { latenessMs: DAY })(
      matches,
      NOW,
    );
    expect(matches.length).toBe(3);
    expect(findings).toEqual([]);
  });

  it('stands in no group of a rule, which alerts all the same', () => {
    const rule = aRuleText(
      { s: { eventName: 'AssumeRole' }, condition: 's' },
      { 'x-group-by': ['userIdentity.userName', 'actor.principal'] },
    );
    const event = createEnrich(aCompany())(toEvent(failure('a'), { id: 'x', deliveredAt: NOW }, 0));
    const [finding] = createDetect(aRuleSet([rule]), aCompany())([event]).findings;
    expect(finding?.group).toEqual({ account: OURS, 'userIdentity.userName': '', 'actor.principal': '' });
  });
});
