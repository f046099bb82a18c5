import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTheHive, type TheHiveEmulator } from '../../emulators/thehive/start-the-hive.ts';
import { aFolder, CANARIES, leaksIn, put, type Ran, runCli } from './run-cli.ts';

const folder = aFolder();
let thehive: TheHiveEmulator;
beforeEach(async () => {
  thehive = await startTheHive();
});
afterEach(async () => {
  await thehive.stop();
  thehive.assertClean();
});

async function setup(keys: Readonly<Record<string, string | undefined>>): Promise<Ran> {
  const file = put(folder, 'trailhive.yml', `thehive: { url: "${thehive.url}" }\n`);
  const environment = { ...CANARIES, TRAILHIVE_THEHIVE_KEY: thehive.apiKey, ...keys };
  const ran = await runCli(['setup', 'thehive', '-c', file], { environment });
  expect(leaksIn(ran.out + ran.err)).toEqual([]);
  return ran;
}

/** How often each outcome was told. */
function outcomes(out: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [, word] of out.matchAll(/^(created|present|refused)\b/gm)) {
    counts[String(word)] = (counts[String(word)] ?? 0) + 1;
  }
  return counts;
}

it('creates everything, and finds it there the second time', async () => {
  const keys = { TRAILHIVE_THEHIVE_ADMIN_KEY: thehive.adminKey };
  const first = await setup(keys);
  const second = await setup(keys);

  const { created = 0 } = outcomes(first.out);
  expect(created).toBeGreaterThan(10);
  expect(outcomes(first.out)).toEqual({ created });
  expect(first.out).toContain(`setup thehive: ${created} in place, 0 refused`);
  expect(first.code).toBe(0);
  expect(outcomes(second.out)).toEqual({ present: created });
  expect(second.code).toBe(0);
  expect(thehive.state.caseTemplates.map(({ name }) => name)).toContain('trailhive-default');
});

it('without an admin key makes what it can, says what to do, and ends with 1', async () => {
  const { code, out } = await setup({ TRAILHIVE_THEHIVE_ADMIN_KEY: undefined });

  const { created = 0, refused = 0 } = outcomes(out);
  expect(created).toBe(10);
  expect(refused).toBeGreaterThan(5);
  // One reason, one remedy, below the last line that it is for.
  expect(out.match(/→ .*/g)).toEqual([
    expect.stringContaining('Set TRAILHIVE_THEHIVE_ADMIN_KEY to a key of'),
  ]);
  expect(out).toMatch(/^refused observable type \S+\n {8}→ /m);
  expect(out).toContain(`setup thehive: ${created} in place, ${refused} refused`);
  expect(code).toBe(1);
});

it('says what to do where TheHive refuses the keys', async () => {
  const { code, out } = await setup({
    TRAILHIVE_THEHIVE_KEY: CANARIES.TRAILHIVE_THEHIVE_KEY,
    TRAILHIVE_THEHIVE_ADMIN_KEY: CANARIES.TRAILHIVE_THEHIVE_ADMIN_KEY,
  });
  expect(code).toBe(1);
  expect(Object.keys(outcomes(out))).toEqual(['refused']);
});
