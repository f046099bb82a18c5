import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aFolder, put, runCli, startCli } from './run-cli.ts';

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

const folder = aFolder({ 'rules/stop.yml': RULE });
const rules = join(folder, 'rules');

const aRecord = (eventID: string, eventName = 'StopLogging') => ({
  eventVersion: '1.11',
  eventID,
  eventName,
  eventTime: '2026-05-04T10:00:00Z',
  eventSource: 'cloudtrail.amazonaws.com',
  recipientAccountId: '111122223333',
  userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/eve', userName: 'eve' },
});

const ndjson = (...records: object[]) => `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;
const file = put(folder, 'some.ndjson', ndjson(aRecord('a'), aRecord('b', 'GetTrail'), aRecord('c')));

const lineFor = (eventId: string) =>
  `{"ruleId":"${RULE_ID}","eventId":"${eventId}","eventTime":"2026-05-04T10:00:00Z"}`;

describe('match', () => {
  it('prints one JSON line a match, in this shape and order of keys, and ends with 0', async () => {
    const { code, out, err } = await runCli(['match', '--rules', rules, file]);
    expect(out).toBe(`${lineFor('a')}\n${lineFor('c')}\n`);
    expect(err).toBe('match: 3 records, 2 matches\n');
    expect(code).toBe(0);
  });

  it('prints for a correlation the event on which its condition held', async () => {
    const correlation = aFolder({
      'many.yml': `${RULE}---
title: Trail stopped again and again
id: 44444444-4444-4444-8444-444444444444
status: test
description: Twice within an hour.
correlation:
  type: event_count
  rules: [${RULE_ID}]
  group-by: [actor.principal]
  timespan: 1h
  condition: { gte: 2 }
level: high
`,
    });
    const { code, out } = await runCli(['match', '--rules', correlation, file]);
    expect(code).toBe(0);
    // Equal times count as in order, so both are the second of two.
    const ids = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { ruleId: string; eventId: string; eventTime: string });
    expect(ids.filter(({ ruleId }) => ruleId.startsWith('4444'))).toEqual([
      { ruleId: '44444444-4444-4444-8444-444444444444', eventId: 'a', eventTime: '2026-05-04T10:00:00Z' },
      { ruleId: '44444444-4444-4444-8444-444444444444', eventId: 'c', eventTime: '2026-05-04T10:00:00Z' },
    ]);
  });

  it('ends with 0 also where nothing matched', async () => {
    const { code, out } = await runCli(['match', '--rules', rules, '-'], {
      stdin: ndjson(aRecord('x', 'GetTrail')),
    });
    expect({ code, out }).toEqual({ code: 0, out: '' });
  });

  it('reads standard input, plain and packed, of a process of its own', async () => {
    const stdin = gzipSync(JSON.stringify({ Records: [aRecord('packed')] }));
    const { code, out } = await startCli(['match', '--rules', rules, '-'], { stdin }).ended;
    expect({ code, out }).toEqual({ code: 0, out: `${lineFor('packed')}\n` });
  });

  it('reads a folder through, packed files as well', async () => {
    const logs = join(folder, 'logs');
    mkdirSync(join(logs, '2026/05'), { recursive: true });
    writeFileSync(join(logs, '2026/05/b.json.gz'), gzipSync(JSON.stringify({ Records: [aRecord('gz')] })));
    writeFileSync(join(logs, 'a.ndjson'), ndjson(aRecord('plain')));
    const { code, out } = await runCli(['match', '--rules', rules, logs]);
    expect(code).toBe(0);
    expect(out.trim().split('\n').sort()).toEqual([lineFor('gz'), lineFor('plain')]);
  });

  it('goes on past what it cannot read, says where, and ends with 1', async () => {
    const broken = put(
      folder,
      'broken.ndjson',
      `${JSON.stringify(aRecord('d'))}\n{"cut\n${JSON.stringify(aRecord('e'))}\n`,
    );
    const truncated = put(
      folder,
      'cut.json.gz',
      gzipSync(JSON.stringify({ Records: [aRecord('f')] })).subarray(0, 60),
    );
    const { code, out, err } = await runCli(['match', '--rules', rules, broken, truncated]);
    expect(code).toBe(1);
    expect(out).toBe(`${lineFor('d')}\n${lineFor('e')}\n`);
    expect(err).toContain(`${broken}:2: `);
    expect(err).toContain(truncated);
    expect(err).toContain('match: 2 records, 2 matches, 2 parts left out');
  });

  it('lists every invalid rule with file and line, reads nothing, and ends with 2', async () => {
    const invalid = aFolder({
      'one.yml': RULE.replace('condition: selection', 'condition: selektion'),
      'two.yml': RULE.replace('level: high', 'level: hihg').replace(RULE_ID, `3${RULE_ID.slice(1)}`),
    });
    const { code, out, err } = await runCli(['match', '--rules', invalid, file]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(`${join(invalid, 'one.yml')}:9: `);
    expect(err).toContain(`${join(invalid, 'two.yml')}:10: `);
  });

  it('with --skip-invalid runs the valid ones, names the others, and ends with 1', async () => {
    const mixed = aFolder({
      'bad.yml': RULE.replace('condition: selection', 'condition: selektion').replace(
        RULE_ID,
        `3${RULE_ID.slice(1)}`,
      ),
      'good.yml': RULE,
    });
    const { code, out, err } = await runCli(['match', '--rules', mixed, '--skip-invalid', file]);
    expect(out).toBe(`${lineFor('a')}\n${lineFor('c')}\n`);
    expect(err).toContain(`${join(mixed, 'bad.yml')}:9: `);
    expect(code).toBe(1);
  });

  it('ends with 2 where a file of rules or records is not there', async () => {
    const noFile = await runCli(['match', '--rules', rules, join(folder, 'none.ndjson')]);
    expect(noFile.code).toBe(2);
    expect(noFile.err).toContain('none.ndjson');
    const noRules = await runCli(['match', '--rules', join(folder, 'none'), file]);
    expect(noRules.code).toBe(2);
    expect(noRules.err).toContain(join(folder, 'none'));
  });

  it('ends with 2 where a folder holds no rule at all', async () => {
    const { code, err } = await runCli(['match', '--rules', aFolder({ 'notes.txt': 'x' }), file]);
    expect(code).toBe(2);
    expect(err).toMatch(/no rule/);
  });

  it('shows a control character of a record escaped', async () => {
    const { out } = await runCli(['match', '--rules', rules, '-'], {
      stdin: ndjson(aRecord('\u001b[2J\nforged')),
    });
    expect(out.trim().split('\n')).toHaveLength(1);
    expect(out).not.toContain('\u001b');
  });
});

describe('match with rules that are decided at the end, or live only', () => {
  const own = aFolder({
    'r.yml': `title: Base
id: base
logsource: { product: aws, service: cloudtrail }
detection: { s: { eventName: StopLogging }, condition: s }
---
title: Only one
id: only-one
correlation: { type: event_count, rules: [base], timespan: 1h, condition: { lt: 2 } }
---
title: Silent
id: silent
logsource: { product: aws, service: cloudtrail }
detection: { s: { eventSource: s3.amazonaws.com }, condition: s }
x-heartbeat: { group: [awsRegion], learn: 14d }
`,
    'e.ndjson': `${JSON.stringify(aRecord('e1'))}\n`,
  });

  it('decides at the end what more events could have made false, and says what it does not run', async () => {
    const { code, out, err } = await runCli(['match', '--rules', join(own, 'r.yml'), join(own, 'e.ndjson')]);
    expect(err).toContain('judged live, not here');
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { ruleId: 'only-one', eventId: 'e1', eventTime: '2026-05-04T10:00:00Z' },
    ]);
  });
});
