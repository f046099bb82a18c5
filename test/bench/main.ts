/** `npm run bench`: what matching costs beside what it cannot do without, measured in the same run. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import type * as FileChunks from '../../src/adapters/files/file-chunks.ts';
import type * as MatchPool from '../../src/app/match-pool.ts';
import type * as MatchRecords from '../../src/app/match-records.ts';
import type * as Context from '../../src/language/context.ts';
import type { ParsedSigma } from '../../src/language/sigma/sigma-rule.ts';
import { built, builtFile } from './built.ts';
import { type BenchData, hasShared, joinObjects, sigmaHq } from './data.ts';
import { enrichment } from './enrichment.ts';
import { atLeast, atMost, cpuMs, inTurns, type Row, wallMs } from './measure.ts';
import { generatedRules, ruleSetOf, sigmaHqRules } from './rules.ts';
import { windowRows } from './windows.ts';

const { openFile } = await built<typeof FileChunks>('adapters/files/file-chunks.js');
const { createMatchRecords } = await built<typeof MatchRecords>('app/match-records.js');
const { matchInThreads } = await built<typeof MatchPool>('app/match-pool.js');
const { parseContext } = await built<typeof Context>('language/context.js');

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, '.cache/bench');
const DATA_BYTES = 200_000_000;
const TURNS = 7;
const NOW = Date.now();

function gunzip(file: string): Buffer {
  return gunzipSync(readFileSync(file), { chunkSize: 262_144 });
}

/** The limits. Each reads the files, as the subjects do. */
function gunzipAll({ files }: BenchData): void {
  for (const file of files) gunzip(file);
}

function parseAll({ files }: BenchData): number {
  let records = 0;
  for (const file of files)
    records += (JSON.parse(gunzip(file).toString()) as { Records: unknown[] }).Records.length;
  return records;
}

/** What a thread of `match` does with its files, to the last line of output. */
function matcher(data: BenchData, parsed: readonly ParsedSigma[], gate: boolean): () => Promise<number> {
  const sized = data.files.map((file) => ({ file, size: statSync(file).size }));
  const company = parseContext([]).context;
  return async () => {
    const matchRecords = createMatchRecords(ruleSetOf(parsed), { company, now: NOW, gate });
    let records = 0;
    for (const { file, size } of sized) {
      await matchRecords({ name: file, chunks: openFile(file, size, { inline: true }) }, async (block) => {
        records += block.records;
      });
    }
    if (records !== data.records) throw new Error(`${records} records instead of ${data.records}`);
    return records;
  };
}

function perSecond(data: BenchData, ms: number): number {
  return data.bytes / 1000 / ms;
}

async function beside(
  name: string,
  data: BenchData,
  limit: (data: BenchData) => unknown,
  parsed: readonly ParsedSigma[],
  target: number,
): Promise<Row[]> {
  const ms = await inTurns({ limit: () => limit(data), own: matcher(data, parsed, true) }, cpuMs, TURNS);
  return [atLeast(name, 'MB/s', perSecond(data, ms.own), perSecond(data, ms.limit), target)];
}

async function tenfold(data: BenchData): Promise<Row[]> {
  const most = sigmaHqRules({ withAssumeRole: true });
  const all = [...most, ...generatedRules(800 - most.length)];
  const ms = await inTurns(
    { one: matcher(data, all.slice(0, 80), false), ten: matcher(data, all, false) },
    cpuMs,
    TURNS,
  );
  return [atMost('rules-tenfold', 'ms', ms.ten, ms.one, 1.3)];
}

async function bareWorkers(files: readonly string[], count: number): Promise<void> {
  const shares = Array.from({ length: count }, (_, at) =>
    files.filter((_file, place) => place % count === at),
  );
  await Promise.all(
    shares.map(
      (share) =>
        new Promise((resolve, reject) => {
          const worker = new Worker(new URL('./bare-worker.mjs', import.meta.url), {
            workerData: { files: share },
          });
          worker.once('message', resolve);
          worker.once('error', reject);
        }),
    ),
  );
}

async function twoCores(data: BenchData): Promise<Row[]> {
  const files = [...data.files, ...data.files].map((file) => ({
    file,
    size: statSync(file).size,
    bytesBefore: 0,
  }));
  const parsed = sigmaHqRules({ withAssumeRole: true });
  const own = (threads: number) => () =>
    matchInThreads(files, threads, { parsed, context: [], now: NOW, gate: true }, async () => undefined);
  const names = files.map(({ file }) => file);
  const ms = await inTurns(
    { bare1: () => bareWorkers(names, 1), bare2: () => bareWorkers(names, 2), own1: own(1), own2: own(2) },
    wallMs,
    5,
  );
  return [atLeast('two-cores', 'x', ms.own1 / ms.own2, ms.bare1 / ms.bare2, 0.9)];
}

/** Peak memory of the built command, MB. */
async function peakOf(files: readonly string[]): Promise<number> {
  const hook = new URL('./peak-memory.mjs', import.meta.url).href;
  const command = [fileURLToPath(builtFile('entry/cli/main.js')), 'match', '--rules', sigmaHq, ...files];
  const child = spawn(process.execPath, ['--import', hook, ...command], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`match ended with ${code}`);
  return Number(text) / 1024;
}

function peakRows(name: string, small: number, large: number): Row[] {
  return [atMost(name, 'MB', large, small, 1.1), atMost(`${name}-bound`, 'MB', large, 256, 1)];
}

async function memoryOfFile({ files }: BenchData): Promise<Row[]> {
  const half = files.slice(0, files.length / 2);
  const small = joinObjects(join(folder, '100mb.json.gz'), half);
  const large = joinObjects(join(folder, '1gb.json.gz'), Array.from({ length: 10 }, () => half).flat());
  return peakRows('memory-one-file', await peakOf([small]), await peakOf([large]));
}

async function memoryOfFolder({ files }: BenchData): Promise<Row[]> {
  const half = files.slice(0, files.length / 2);
  const large = await peakOf(Array.from({ length: 10 }, () => half).flat());
  return peakRows('memory-many-files', await peakOf(half), large);
}

const without = () => sigmaHqRules({ withAssumeRole: false });
const all = () => sigmaHqRules({ withAssumeRole: true });

const BENCHES: Readonly<Record<string, (data: BenchData) => Promise<Row[]>>> = {
  gated: (data) => beside('gated', data, gunzipAll, without(), 0.6),
  'parse-all': (data) => beside('parse-all', data, parseAll, all(), 0.8),
  'rules-800': (data) => beside('rules-800', data, parseAll, [...all(), ...generatedRules(743)], 0.7),
  'rules-tenfold': tenfold,
  'two-cores': twoCores,
  'memory-one-file': memoryOfFile,
  'memory-many-files': memoryOfFolder,
  enrichment,
  windows: () => windowRows(),
};

function describe({ name, value, unit, limit, ratio, target, ok }: Row): string {
  const figures = `${value.toFixed(1)} ${unit} beside ${limit.toFixed(1)} ${unit}`;
  return `${ok ? 'ok    ' : 'MISSED'} ${name.padEnd(24)} ${figures.padEnd(36)} ratio ${ratio.toFixed(2)} (${target})`;
}

const { values: options } = parseArgs({
  options: { only: { type: 'string', multiple: true }, json: { type: 'boolean' } },
});
const unknown = (options.only ?? []).filter((name) => !(name in BENCHES));
if (unknown.length > 0 || !hasShared()) {
  const why = hasShared()
    ? `no bench is called ${unknown.join(', ')}`
    : 'the data beside the repository is missing';
  console.error(`bench: ${why}. There are: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
const maker = fileURLToPath(new URL('./make-data.ts', import.meta.url));
const made = spawnSync(process.execPath, ['--import', 'tsx', maker, folder, String(DATA_BYTES)], {
  stdio: 'inherit',
});
if (made.status !== 0) process.exit(1);
const data = JSON.parse(readFileSync(join(folder, 'data.json'), 'utf8')) as BenchData;
const rows: Row[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (options.only !== undefined && !options.only.includes(name)) continue;
  const found = await bench(data);
  rows.push(...found);
  for (const row of found) console.error(describe(row));
}
if (options.json === true) console.log(JSON.stringify(rows, null, 2));
writeFileSync(join(folder, 'rows.json'), JSON.stringify(rows, null, 2));
