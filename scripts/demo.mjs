/** `npm run demo`: installs what is missing, builds, finds a Redis, and runs `trailhive demo`. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensurePackages, root, runOrExit } from './packages.mjs';
import { NoRedis, ownRedis } from './redis.mjs';

ensurePackages();
runOrExit(process.execPath, [join(root, 'scripts/build.mjs')]);

let redis;
try {
  redis = await ownRedis({ standIn: true });
} catch (error) {
  if (!(error instanceof NoRedis)) throw error;
  console.error(error.message);
  process.exit(2);
}
console.error(`Redis: ${redis.label}`);

const child = spawn(
  process.execPath,
  [join(root, 'dist/entry/cli/main.js'), 'demo', ...process.argv.slice(2)],
  {
    cwd: process.cwd(),
    stdio: 'inherit',
    // The emulator takes any key; the user's own must not go to it.
    env: { ...process.env, REDIS_URL: redis.url, AWS_ACCESS_KEY_ID: 'demo', AWS_SECRET_ACCESS_KEY: 'demo' },
  },
);
// The terminal sends Ctrl+C to both; the demo ends first and cleans up.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'));
child.on('exit', (code) => {
  redis.stop();
  process.exit(code ?? 1);
});
