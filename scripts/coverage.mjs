/** `npm run coverage`: what the rules find, miss and make noise about, from the data beside the repository. `-- --json`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePackages, root } from './packages.mjs';

ensurePackages();
const run = spawnSync(
  process.execPath,
  ['--import', 'tsx', join(root, 'test/coverage/main.ts'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(run.status ?? 1);
