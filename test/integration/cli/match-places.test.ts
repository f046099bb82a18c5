import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder, runCli } from './run-cli.ts';

const RULE = `title: Call from an exit of Tor
id: 33333333-3333-4333-8333-333333333333
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { place.tor: true, actor.credential: permanent, action.risks: credential-exposure }
  condition: selection
`;

describe('match', () => {
  it('knows places, actors and actions as a live run does', async () => {
    const folder = aFolder({ 'rules/tor.yml': RULE });
    const stdin = ['185.220.101.1', '8.8.8.8', '10.0.0.1']
      .map((sourceIPAddress, index) =>
        JSON.stringify({
          ...{ eventID: `e-${index}`, eventTime: '2026-05-04T10:00:00Z', sourceIPAddress },
          ...{ eventName: 'GetSecretValue', eventSource: 'secretsmanager.amazonaws.com' },
          userIdentity: { type: 'IAMUser', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
        }),
      )
      .join('\n');
    const { code, out } = await runCli(['match', '--rules', join(folder, 'rules'), '-'], { stdin });
    expect([code, out.match(/"eventId":"e-\d"/g)]).toEqual([0, ['"eventId":"e-0"']]);
  });
});
