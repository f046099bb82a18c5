import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll } from 'vitest';
import { runProgram } from '../../../src/entry/cli/program.ts';
import { createTerminal } from '../../../src/entry/cli/terminal.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Planted in every run; none of them may show. */
export const CANARIES = {
  TRAILHIVE_THEHIVE_KEY: 'canary-thehive-key-5d1f',
  TRAILHIVE_THEHIVE_ADMIN_KEY: 'canary-admin-key-77aa',
  TRAILHIVE_WEBHOOK_SECRET: 'canary-webhook-secret-0b9c',
  TRAILHIVE_SECRET_SOC_TOKEN: 'canary-playbook-secret-31e8',
  AWS_ACCESS_KEY_ID: 'canary-aws-id-aa01',
  AWS_SECRET_ACCESS_KEY: 'canary-aws-secret-99f2',
} as const;

export interface CliOptions {
  /** What to run: a built `main.js` of `buildCli`; the sources if left out. */
  readonly main?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string | Uint8Array;
}

/** Runs the command line in this process, as a person on a pipe would see it. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<Ran> {
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err') => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const environment = options.environment ?? CANARIES;
  const terminal = createTerminal({
    stdout: stream('out'),
    stderr: stream('err'),
    environment,
    now: () => 0,
  });
  const stdin = Readable.from([Buffer.from(options.stdin ?? '')]);
  const code = await runProgram(args, { terminal, environment, stdin, version: '9.9.9' });
  return { code, ...written };
}

const ROOT = resolve(import.meta.dirname, '../../..');
const TSX = import.meta.resolve('tsx');

export interface RunningCli {
  readonly child: ChildProcess;
  /** All of standard error so far. */
  err(): string;
  out(): string;
  /** Resolves when standard error has matched; rejects when the process ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  ended: Promise<Ran>;
}

const started: ChildProcess[] = [];

/** Starts the command line as a process of its own. It is killed when the test file ends. */
export function startCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  const { main } = options;
  const program = main === undefined ? ['--import', TSX, join(ROOT, 'src/entry/cli/main.ts')] : [main];
  const child = spawn(process.execPath, [...program, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...(options.environment ?? CANARIES) },
    cwd: tmpdir(),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  started.push(child);
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    text.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text.err += chunk.toString();
    child.emit('said');
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...text }));
  return {
    child,
    ended,
    err: () => text.err,
    out: () => text.out,
    async said(pattern) {
      for (;;) {
        const found = pattern.exec(text.err);
        if (found !== null) return found;
        const isEnd = await Promise.race([ended.then(() => true), once(child, 'said').then(() => false)]);
        if (isEnd && !pattern.test(text.err)) throw new Error(`ended without ${pattern}:\n${text.err}`);
      }
    },
  };
}

/** Builds the program as it is shipped, beside what comes with it, and returns its `main.js`. */
export function buildCli(): string {
  const folder = aFolder();
  const compiler = join(ROOT, 'node_modules/@typescript/native/bin/tsc');
  const dist = join(folder, 'dist');
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', dist], { cwd: ROOT });
  cpSync(join(ROOT, 'src/adapters/redis/lua'), join(dist, 'adapters/redis/lua'), { recursive: true });
  for (const name of ['node_modules', 'rules', 'playbooks', 'templates', 'package.json']) {
    symlinkSync(join(ROOT, name), join(folder, name));
  }
  return join(dist, 'entry/cli/main.js');
}

/** Ends what a test left running; call once in a file that starts processes. */
export function endsWhatRuns(): void {
  afterAll(() => {
    for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
  });
}

/** A folder of this test file's own, with these files in it: name to text. */
export function aFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'trailhive-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) put(folder, name, text);
  return folder;
}

export function put(folder: string, name: string, text: string | Uint8Array): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** The canaries that a text shows. */
export function leaksIn(text: string): string[] {
  return Object.values(CANARIES).filter((secret) => text.includes(secret));
}
