import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSecrets } from '../../../src/config/secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'trailhive-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GOOD = { TRAILHIVE_THEHIVE_KEY: 'key', TRAILHIVE_WEBHOOK_SECRET: 'sixteen-letters!' };

describe('loadSecrets', () => {
  it('reads the environment', () => {
    const secrets = loadSecrets({ ...GOOD, TRAILHIVE_SECRET_SLACK_SOC: 'xoxb' });
    expect(secrets.theHiveKey).toBe('key');
    expect(secrets.theHiveAdminKey).toBeUndefined();
    expect([...secrets.playbookSecrets]).toEqual([['slack_soc', 'xoxb']]);
  });

  it('reads the file that <NAME>_FILE names, without its last newline', () => {
    const file = join(folder, 'key');
    writeFileSync(file, 'from-file\n');
    const { TRAILHIVE_THEHIVE_KEY: _, ...rest } = GOOD;
    const secrets = loadSecrets({
      ...rest,
      TRAILHIVE_THEHIVE_KEY_FILE: file,
      TRAILHIVE_SECRET_MAIL_FILE: file,
    });
    expect(secrets.theHiveKey).toBe('from-file');
    expect([...secrets.playbookSecrets]).toEqual([['mail', 'from-file']]);
  });

  it('names what is missing', () => {
    expect(() => loadSecrets({})).toThrow(/TRAILHIVE_WEBHOOK_SECRET is not set/);
    expect(() => loadSecrets({ ...GOOD, TRAILHIVE_THEHIVE_KEY: '' })).toThrow(
      /TRAILHIVE_THEHIVE_KEY is not set/,
    );
  });

  it('refuses a webhook secret that can be guessed', () => {
    expect(() => loadSecrets({ ...GOOD, TRAILHIVE_WEBHOOK_SECRET: 'short' })).toThrow(/at least 16/);
  });

  it('names a file that cannot be read', () => {
    expect(() => loadSecrets({ ...GOOD, TRAILHIVE_THEHIVE_KEY_FILE: join(folder, 'none') })).toThrow(
      /cannot read .*none/,
    );
  });
});
