/**
 * Finds and starts a Redis of our own on a free loopback port, without root and
 * without packages of ours: plain Node, so that it runs before `npm ci`.
 *
 * Order: REDIS_URL, a server on PATH, the Debian or Ubuntu package unpacked into
 * .cache/, and where `standIn` allows it the pure JavaScript server.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, '.cache', 'redis');

/** What stands in the way when no Redis can be had. */
export class NoRedis extends Error {}

function onPath(name) {
  try {
    return execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

function find(folder, name) {
  if (!existsSync(folder)) return undefined;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.name === name && !entry.isDirectory()) return join(entry.parentPath ?? entry.path, name);
  }
  return undefined;
}

/** Downloads the distribution's packages into a private cache and unpacks them; root is not needed. */
function unpackDebianPackage() {
  if (!onPath('apt-get') || !onPath('dpkg')) return undefined;
  const tree = join(cache, 'tree');
  // By its path: the package has an init script of the same name.
  const server = join(tree, 'usr', 'bin', 'redis-server');
  if (existsSync(server)) return server;
  const archives = join(cache, 'archives');
  const lists = join(cache, 'lists');
  for (const folder of [join(archives, 'partial'), join(lists, 'partial'), tree])
    mkdirSync(folder, { recursive: true });
  const options = [
    '-o',
    `Dir::Cache::archives=${archives}`,
    '-o',
    `Dir::Cache=${cache}`,
    '-o',
    'Debug::NoLocking=1',
  ];
  const withOwnLists = [...options, '-o', `Dir::State::lists=${lists}`];
  const packages = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1', 'libhiredis0.14'];
  const run = (args) => execFileSync('apt-get', args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: archives });
  const tryTo = (args) => {
    try {
      run([...withOwnLists, ...args]);
    } catch {
      // `update` fails where a hook of the system's cleans its own cache as root, and not every release has
      // every package. What is really missing shows when the server is started.
    }
  };
  try {
    tryTo(['update', '-qq']);
    for (const name of packages) tryTo(['download', '-qq', name]);
    for (const name of readdirSync(archives).filter((entry) => entry.endsWith('.deb'))) {
      execFileSync('dpkg', ['-x', join(archives, name), tree], { stdio: 'ignore' });
    }
  } catch {
    return undefined;
  }
  return existsSync(server) ? server : undefined;
}

function libraryPath(binary) {
  const tree = join(cache, 'tree');
  if (!binary.startsWith(tree)) return {};
  const folders = ['libjemalloc.so.2', 'liblzf.so.1', 'libatomic.so.1']
    .map((name) => find(tree, name))
    .filter(Boolean)
    .map(dirname);
  return { LD_LIBRARY_PATH: [...new Set(folders)].join(':') };
}

export function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

function answersPing(port) {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (answer) => {
      socket.destroy();
      done(answer);
    };
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => finish(data.toString().startsWith('+PONG')));
    socket.once('error', () => finish(false));
    socket.setTimeout(1000, () => finish(false));
  });
}

async function start(command, args, env, label) {
  const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  let exited = false;
  child.once('exit', () => {
    exited = true;
  });
  child.once('error', () => {
    exited = true;
  });
  return { child, label, exited: () => exited };
}

async function waitFor(port, server) {
  const until = Date.now() + 15_000;
  while (Date.now() < until && !server.exited()) {
    if (await answersPing(port)) return true;
    await new Promise((done) => setTimeout(done, 25));
  }
  server.child.kill();
  return false;
}

async function startServer(binary, label) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'trailhive-redis-'));
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  const server = await start(
    binary,
    [...args, '--maxmemory-policy', 'noeviction'],
    libraryPath(binary),
    label,
  );
  if (!(await waitFor(port, server))) return undefined;
  const stop = () => {
    server.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', stop);
  return { url: `redis://127.0.0.1:${port}`, label, pid: server.child.pid, stop };
}

async function startStandIn() {
  const script = join(root, 'node_modules', 'js-redis-server');
  if (!existsSync(script)) return undefined;
  const port = await freePort();
  const bin = join(root, 'node_modules', '.bin', 'js-redis-server');
  const server = await start(bin, ['--port', String(port)], { PORT: String(port) }, 'js-redis-server');
  if (!(await waitFor(port, server))) return undefined;
  const stop = () => server.child.kill('SIGKILL');
  process.once('exit', stop);
  return {
    url: `redis://127.0.0.1:${port}`,
    label: 'slow built-in stand-in (js-redis-server); install redis-server for the real one',
    pid: server.child.pid,
    stop,
  };
}

/**
 * Gives a running Redis: `{ url, label, stop }`.
 * @param {{ standIn?: boolean }} options `standIn` allows the JavaScript server (demo only).
 */
export async function ownRedis({ standIn = false } = {}) {
  if (process.env.REDIS_URL) return { url: process.env.REDIS_URL, label: 'REDIS_URL', stop: () => {} };
  for (const name of ['redis-server', 'valkey-server']) {
    const binary = onPath(name);
    const server = binary && (await startServer(binary, name));
    if (server) return server;
  }
  const unpacked = process.platform === 'linux' ? unpackDebianPackage() : undefined;
  const server = unpacked && (await startServer(unpacked, 'redis-server (unpacked into .cache)'));
  if (server) return server;
  const last = standIn ? await startStandIn() : undefined;
  if (last) return last;
  const remedy =
    process.platform === 'darwin' ? 'brew install redis' : 'apt-get install redis-server (or set REDIS_URL)';
  throw new NoRedis(`No Redis found on this machine. Remedy: ${remedy}`);
}
