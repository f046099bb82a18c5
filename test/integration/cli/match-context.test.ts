import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder, runCli } from './run-cli.ts';

const RULE = `title: Call from elsewhere
id: 22222222-2222-4222-8222-222222222222
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { eventName: ConsoleLogin }
  filter: { sourceIPAddress|expand: "%offices%" }
  condition: selection and not filter
`;

describe('match --context', () => {
  it('gives placeholders the values of the context folder, networks among them', async () => {
    const folder = aFolder({
      'rules/login.yml': RULE,
      'context/offices.yml': 'placeholders: { offices: [203.0.113.0/24] }\n',
    });
    const stdin = ['203.0.113.9', '198.51.100.9']
      .map((sourceIPAddress, index) =>
        JSON.stringify({
          eventID: `e-${index}`,
          eventName: 'ConsoleLogin',
          eventSource: 'signin.amazonaws.com',
          eventTime: '2026-05-04T10:00:00Z',
          sourceIPAddress,
        }),
      )
      .join('\n');
    const args = ['match', '--rules', join(folder, 'rules'), '-'];
    const without = await runCli(args, { stdin });
    expect(without.err).toContain('the placeholder "%offices%" is not defined');
    expect(without.code).toBe(2);
    const { code, out } = await runCli([...args, '--context', join(folder, 'context')], { stdin });
    expect(out.match(/"eventId":"e-\d"/g)).toEqual(['"eventId":"e-1"']);
    expect(code).toBe(0);
  });

  it('ends with 2 where the context is not valid', async () => {
    const folder = aFolder({ 'rules/login.yml': RULE, 'context/x.yml': 'placeholder: {}\n' });
    const args = ['match', '--rules', join(folder, 'rules'), '--context', join(folder, 'context'), '-'];
    const { code, err } = await runCli(args);
    expect(err).toContain('Did you mean "placeholders"?');
    expect(code).toBe(2);
  });
});
