/** `npm run properties`: the property tests with many more cases, for the nightly run. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePackages, root } from './packages.mjs';

ensurePackages();
const cases = process.env.PROPERTY_CASES ?? '10000';
const run = spawnSync(
  process.execPath,
  [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', 'test/contract/windows-order.test.ts'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, PROPERTY_CASES: cases } },
);
process.exit(run.status ?? 1);
