/** `npm test`: installs what is missing, finds a Redis, runs every test, and closes with `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages, root } from './packages.mjs';
import { NoRedis, ownRedis } from './redis.mjs';

ensurePackages();

let redis;
try {
  redis = await ownRedis();
} catch (error) {
  if (!(error instanceof NoRedis)) throw error;
  console.error(error.message);
  process.exit(2);
}

const results = join(root, '.cache', 'test-results.json');
mkdirSync(join(root, '.cache'), { recursive: true });
rmSync(results, { force: true });
const run = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, REDIS_URL: redis.url } },
);
redis.stop();

let summary;
try {
  summary = JSON.parse(readFileSync(results, 'utf8'));
} catch {
  console.error('The test run ended without results.');
  process.exit(1);
}
// A file that cannot be loaded has no tests to fail: count it, or it would pass unseen.
const brokenFiles = summary.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
).length;
const failed = summary.numFailedTests + brokenFiles;
const skipped = summary.numPendingTests + summary.numTodoTests;
console.log(`${summary.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(run.status === 0 && failed === 0 ? 0 : 1);
