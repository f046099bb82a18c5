/** `npm run build`: compiles src to dist, with the Lua scripts that tsc does not know. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, runOrExit } from './packages.mjs';

rmSync(join(root, 'dist'), { recursive: true, force: true });
runOrExit(process.execPath, [
  join(root, 'node_modules/@typescript/native/bin/tsc'),
  '-p',
  'tsconfig.build.json',
]);
cpSync(join(root, 'src/adapters/redis/lua'), join(root, 'dist/adapters/redis/lua'), { recursive: true });
