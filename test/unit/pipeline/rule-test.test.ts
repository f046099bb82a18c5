import { describe, expect, it } from 'vitest';
import { createMemoryWindows } from '../../../src/adapters/memory/windows.ts';
import { parseRuleTest } from '../../../src/language/rule-test.ts';
import { parseSigma } from '../../../src/language/sigma/parse-sigma.ts';
import { createRuleSet } from '../../../src/language/sigma/rule-set.ts';
import { runRuleTests } from '../../../src/pipeline/rule-test.ts';
import { aCompany } from '../../helpers/a-company.ts';

const single = '5ac5ca93-2b03-48cd-ab85-9c3520cb6fb0';
const many = '5ac5ca93-2b03-48cd-ab85-9c3520cb6fb1';
const pipeline = '5ac5ca93-2b03-48cd-ab85-9c3520cb6fb2';
const rules = `title: Single
id: ${single}
name: single
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { eventName: StopLogging }
  condition: selection
level: low
---
title: Many
id: ${many}
correlation:
  type: event_count
  rules: [single]
  group-by: [actor.principal]
  timespan: 1m
  condition: { gte: 3 }
  generate: true
level: low
`;

const { ruleSet, problems } = createRuleSet([parseSigma(rules, 'rules.yml')]);

async function run(text: string) {
  const parsed = parseRuleTest(text, 'x.test.yml');
  expect([...problems, ...parsed.problems]).toEqual([]);
  const results = await runRuleTests(ruleSet, parsed.tests, aCompany(), () => createMemoryWindows());
  return results.map(({ line, problem }) => [line, problem]);
}

describe('runRuleTests', () => {
  it('says of each case whether it went as expected, and where it stands', async () => {
    const results = await run(`rule: ${single}
base: { eventName: StopLogging }
cases:
  - { name: as it should, expect: fires, records: [{}] }
  - { name: too quiet, expect: fires, records: [{ eventName: StartLogging }] }
  - { name: as quiet as it should, expect: silent, records: [{ eventName: StartLogging }] }
  - { name: too loud, expect: silent, records: [{}] }
  - { name: one alert for one actor, expect: fires, count: 1, records: [{}, {}] }
  - { name: another count, expect: fires, count: 2, records: [{}, {}] }
`);
    expect(results).toEqual([
      [4, undefined],
      [5, 'expected an alert, but none came'],
      [6, undefined],
      [7, 'expected no alert, but 1 came'],
      [8, undefined],
      [9, 'expected 2 alerts, but 1 came'],
    ]);
  });

  it('lets a case suppose what the company knows, else the whole file', async () => {
    const known = `title: By a pipeline
id: ${pipeline}
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { eventName: StopLogging, company.actorIsPipeline: true }
  condition: selection
`;
    const loaded = createRuleSet([parseSigma(known, 'known.yml')]);
    const text = `rule: ${pipeline}
base: { eventName: StopLogging }
context: { principals: [{ arn: 'arn:aws:iam::111122223333:user/alice', kind: pipeline }] }
cases:
  - { name: of the file, expect: fires, records: [{}] }
  - name: of the case, in place of that of the file
    expect: silent
    context: { principals: [{ arn: 'arn:aws:iam::111122223333:user/alice', kind: person }] }
    records: [{}]
`;
    const parsed = parseRuleTest(text, 'x.test.yml');
    const results = await runRuleTests(loaded.ruleSet, parsed.tests, aCompany(), () => createMemoryWindows());
    expect([...loaded.problems, ...parsed.problems]).toEqual([]);
    expect(results.map(({ problem }) => problem)).toEqual([undefined, undefined]);
  });

  it('tells what is wrong with a context, at its line', () => {
    const text = `rule: ${single}
cases:
  - name: a typing error
    expect: fires
    context: { principls: [] }
    records: [{}]
`;
    const { problems: told } = parseRuleTest(text, 'x.test.yml');
    expect(told.map(({ file, line }) => [file, line])).toEqual([['x.test.yml', 5]]);
    expect(told[0]?.message).toContain('principls');
  });

  it('repeats and spaces records, gives each case windows of its own, and counts only the rule under test', async () => {
    const results = await run(`rule: ${many}
base: { eventName: StopLogging }
cases:
  - { name: enough, expect: fires, count: 1, repeat: 3, records: [{}] }
  - { name: not enough, expect: silent, repeat: 2, records: [{}] }
  - { name: too far apart, expect: silent, repeat: 3, every: 31s, records: [{}] }
  - { name: just near enough, expect: fires, repeat: 3, every: 30s, records: [{}] }
  - { name: one event three times, expect: silent, repeat: 3, records: [{ eventID: same }] }
`);
    expect(results.map(([, problem]) => problem)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('fails a test of a rule that is not there', async () => {
    const [[, problem] = []] = await run(
      'rule: nosuch\ncases: [{ name: x, expect: silent, records: [{}] }]\n',
    );
    expect(problem).toContain('no rule has the id "nosuch"');
  });
});
