import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder, runCli } from './run-cli.ts';

const ID = '22222222-2222-4222-8222-222222222222';
const RULE = `title: Trail stopped
id: ${ID}
logsource: { product: aws, service: cloudtrail }
detection:
  selection:
    eventName: StopLogging
    eventSorce: cloudtrail.amazonaws.com
  condition: selection
`;
const TEST = `rule: ${ID}
cases:
  - { name: stops, expect: silent, records: [{ eventName: StopLogging }] }
`;

describe('rules lint', () => {
  it('says nothing of the rules that come with trailhive', async () => {
    const { code, out, err } = await runCli(['rules', 'lint']);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toMatch(/^rules lint: \d+ sound, 0 errors, 0 advice\n$/);
  });

  it('gives advice with file and line, and ends with 0', async () => {
    const folder = aFolder({ 'stop.yml': RULE, 'stop.test.yml': TEST });
    const { code, out, err } = await runCli(['rules', 'lint', folder]);
    const message =
      '"eventSorce" is no field of a CloudTrail event, nor one that trailhive adds. Did you mean "eventSource"?';
    expect(out).toBe(`advice ${join(folder, 'stop.yml')}:7: ${message}\n`);
    expect(err).toBe('rules lint: 1 sound, 0 errors, 1 advice\n');
    expect(code).toBe(0);
  });

  it('ends with 1 where a rule cannot be used, and still advises on the others', async () => {
    const folder = aFolder({
      'a.yml': RULE,
      'a.test.yml': TEST,
      'b.yml': RULE.replace(`id: ${ID}\n`, ''),
      'b.test.yml': 'rule: x\n',
    });
    const { code, out, err } = await runCli(['rules', 'lint', folder]);
    expect(out.split('\n')).toEqual([
      `error  ${join(folder, 'b.yml')}:1: the rule has no "id". Add a UUID: alerts and suppressions are bound to it.`,
      expect.stringMatching(/^error {2}.*b\.test\.yml:1: .*"cases" is missing/),
      expect.stringMatching(/^advice .*a\.yml:7: /),
      '',
    ]);
    expect(err).toBe('rules lint: 1 sound, 2 errors, 1 advice\n');
    expect(code).toBe(1);
  });

  it('takes placeholders from the context folder', async () => {
    const rule = RULE.replace('eventSorce: cloudtrail.amazonaws.com', 'sourceIPAddress|expand: "%offices%"');
    const folder = aFolder({
      'rules/stop.yml': rule,
      'rules/stop.test.yml': TEST,
      'context/x.yml': 'placeholders: { offices: [203.0.113.0/24] }\n',
    });
    const rules = join(folder, 'rules');
    const without = await runCli(['rules', 'lint', rules]);
    expect(without.out).toContain(
      'the placeholder "%offices%" is not defined. Give it values in the context files.',
    );
    expect(without.code).toBe(1);
    const context = ['--context', join(folder, 'context')];
    expect(await runCli(['rules', 'lint', rules, ...context])).toMatchObject({ code: 0, out: '' });
    const tested = await runCli(['rules', 'test', rules, ...context]);
    expect(tested).toMatchObject({ code: 1, out: 'rules test: 0 passed, 1 failed\n' });
    expect(tested.err).toContain('expected no alert, but 1 came');
  });
});
