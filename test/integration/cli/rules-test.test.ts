import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder, runCli } from './run-cli.ts';

const RULE_ID = '22222222-2222-4222-8222-222222222222';
const RULE = `title: Trail stopped
id: ${RULE_ID}
status: test
description: Somebody stopped a trail.
logsource: { product: aws, service: cloudtrail }
detection:
  selection:
    eventName: StopLogging
  condition: selection
level: high
`;

describe('rules test', () => {
  it('runs the tests of the rules that come with trailhive', async () => {
    const { code, out, err } = await runCli(['rules', 'test']);
    expect(err).not.toContain('failed');
    const [, passed] = /^rules test: (\d+) passed, 0 failed\n$/.exec(out) ?? [];
    expect(Number(passed)).toBeGreaterThan(20);
    expect(code).toBe(0);
  });

  it('names each case that failed with file and line, and ends with 1', async () => {
    const folder = aFolder({
      'stop.yml': RULE,
      'stop.test.yml': `rule: ${RULE_ID}
base: { eventSource: cloudtrail.amazonaws.com, eventName: StopLogging }
cases:
  - name: stops
    expect: fires
    records: [{}]
  - name: starts
    expect: fires
    records: [{ eventName: StartLogging }]
`,
    });
    const { code, out, err } = await runCli(['rules', 'test', folder]);
    expect(out).toBe('rules test: 1 passed, 1 failed\n');
    expect(err).toMatch(/^failed .*stop\.test\.yml:7 starts: \S/);
    expect(code).toBe(1);
  });

  it('names a rule without a test, and does not fail for it', async () => {
    const folder = aFolder({ 'stop.yml': RULE });
    const { code, out, err } = await runCli(['rules', 'test', folder]);
    expect(err).toContain(`no test Trail stopped (${RULE_ID})`);
    expect(out).toBe('rules test: 0 passed, 0 failed\n');
    expect(code).toBe(0);
  });

  it('ends with 2 where a rule is invalid, with file and line', async () => {
    const folder = aFolder({ 'stop.yml': RULE.replace('condition: selection', 'condition: nothing') });
    const { code, out, err } = await runCli(['rules', 'test', folder]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`${join(folder, 'stop.yml')}:9: `);
  });

  it('ends with 2 where the folder is not there', async () => {
    const { code, err } = await runCli(['rules', 'test', join(aFolder(), 'none')]);
    expect(code).toBe(2);
    expect(err).toContain('none');
  });
});
