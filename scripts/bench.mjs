/** `npm run bench`: builds, then measures. `-- --only NAME`, `-- --json`. Never part of the test run. */
import { join } from 'node:path';
import { ensurePackages, root, runOrExit } from './packages.mjs';

ensurePackages();
runOrExit(process.execPath, [join(root, 'scripts/build.mjs')]);
runOrExit(process.execPath, ['--import', 'tsx', join(root, 'test/bench/main.ts'), ...process.argv.slice(2)]);
