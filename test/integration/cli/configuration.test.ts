import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder, CANARIES, leaksIn, put, runCli } from './run-cli.ts';

const BROKEN = {
  'rules/broken.yml': `title: Broken
id: 11111111-1111-4111-8111-111111111111
status: test
description: Broken.
logsource: { product: aws, service: cloudtrail }
detection:
  selection:
    eventName: StopLogging
  condition: selektion
level: high
`,
  'playbooks/broken.yml': `playbook: broken
version: 1
description: Broken.
when: { alertType: iam.root.activity }
steps:
  - id: who
    do: thehive.add-tusk
    with: { title: x }
`,
  'context/accounts.yml': 'accounts:\n  - id: "111122223333"\n    name: shop\n    ownr: me\n',
} as const;

const PARTS = `thehive: { url: http://127.0.0.1:9 }
redis: { url: redis://127.0.0.1:9 }
rules: { folders: [rules] }
playbooks: { folders: [playbooks] }
context: { folder: context }
`;

const NEED_A_CONFIGURATION: readonly (readonly [string, string[]])[] = [
  ['serve', ['serve']],
  ['check', ['check']],
  ['setup thehive', ['setup', 'thehive']],
];

describe.each(NEED_A_CONFIGURATION)('%s', (_name, command) => {
  it('ends with 2 and a remedy where there is no configuration', async () => {
    const file = join(aFolder(), 'trailhive.yml');
    const { code, out, err } = await runCli([...command, '--config', file]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(`Cannot read ${file}`);
    expect(err).toContain('Copy trailhive.example.yml to trailhive.yml, or name a file with --config.');
  });

  it('lists every problem of the configuration with file and line', async () => {
    const file = put(
      aFolder(),
      'trailhive.yml',
      'thehive: { url: ftp://x }\nredis:\n  shards: 0\nwebhok: { port: 1 }\n',
    );
    const { code, err } = await runCli([...command, '--config', file]);
    expect(code).toBe(2);
    const lines = err.split('\n').filter((line) => line.startsWith('  '));
    expect(lines.map((line) => line.slice(2, `${file}:0`.length + 2))).toEqual([
      `${file}:1`,
      `${file}:3`,
      `${file}:4`,
    ]);
    expect(lines[2]).toContain('Did you mean "webhook"?');
  });

  it('ends with 2 and names the variable where a secret is missing', async () => {
    const file = put(aFolder(), 'trailhive.yml', 'thehive: { url: http://127.0.0.1:9 }\n');
    const environment = { ...CANARIES, TRAILHIVE_THEHIVE_KEY: undefined };
    const { code, err } = await runCli([...command, '--config', file], { environment });
    expect(code).toBe(2);
    expect(err).toBe(
      'TRAILHIVE_THEHIVE_KEY is not set. Set it, or TRAILHIVE_THEHIVE_KEY_FILE to a file that holds it.\n',
    );
  });

  it('lists what is wrong in rules, playbooks and context at once, and ends with 2', async () => {
    const folder = aFolder({ ...BROKEN, 'trailhive.yml': PARTS });
    const { code, out, err } = await runCli([...command, '-c', join(folder, 'trailhive.yml')]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(`${join(folder, 'rules/broken.yml')}:9: `);
    expect(err).toContain('"selektion"');
    expect(err).toContain(`${join(folder, 'playbooks/broken.yml')}:7: `);
    expect(err).toContain('Did you mean "thehive.add-task"?');
    expect(err).toContain(`${join(folder, 'context/accounts.yml')}:4: `);
    expect(err).toContain('Did you mean "owner"?');
    expect(leaksIn(err)).toEqual([]);
  });
});

it('does not guess at a folder of rules that is not there', async () => {
  const file = put(
    aFolder(),
    'trailhive.yml',
    'thehive: { url: http://127.0.0.1:9 }\nrules: { folders: [none] }\n',
  );
  const { code, err } = await runCli(['serve', '-c', file]);
  expect(code).toBe(2);
  expect(err).toMatch(/none/);
});
