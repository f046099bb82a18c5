import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { openFile, readAlong } from '../adapters/files/file-chunks.ts';
import { filesOfRecords } from '../adapters/files/records-reader.ts';
import type { LoadedRules } from '../adapters/files/rule-folder.ts';
import { TrailhiveError } from '../domain/errors.ts';
import { type Problem, ProblemsError } from '../domain/problem.ts';
import { createMatchCounts } from './match-counts.ts';
import { matchInThreads, type SizedFile } from './match-pool.ts';
import { createMatchRecords, type FileToMatch, type MatchBlock } from './match-records.ts';
import { openPlaces } from './places.ts';
import { loadRulesIn } from './rule-paths.ts';

export interface MatchProgress {
  readonly records: number;
  /** Bytes of the files that are done with, as they lie on the disk. */
  readonly bytes: number;
  /** 0: not known, because standard input is among them. */
  readonly totalBytes: number;
}

export interface MatchFilesOptions {
  /** Rule files and folders. */
  readonly rules: readonly string[];
  /** The company's context folder, for what rules ask of it and for placeholders. */
  readonly context?: string | undefined;
  /** Files and folders of records; `-` is standard input. */
  readonly files: readonly string[];
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly skipInvalid: boolean;
  /**
   * Matches in the order of files, records and rules, a JSON line each without the last
   * line feed: `{"ruleId","eventId","eventTime"}` (ISO 8601, UTC). A rule fired on an
   * event; of a correlation, it is the event on which its condition held.
   */
  readonly onMatches: (lines: string, count: number) => void;
  /** A rule, file, line or record that is left out. */
  readonly onProblem: (problem: Problem) => void;
  /** Something to know that takes nothing away from the result. */
  readonly onNote: (note: string) => void;
  readonly onProgress: (progress: MatchProgress) => void;
  readonly now: number;
  /** Threads to use; default: one for each core. */
  readonly threads?: number;
  /** False: every record is parsed. Default: only those that could matter, where that is faster. */
  readonly gate?: boolean;
}

/** Less than this is done before a thread has started. */
const WORTH_THREADS_BYTES = 2 * 1024 * 1024;
const STDIN = '-';

/**
 * Runs rules over files without Redis: what they find live they find here, on in-memory
 * windows. Records that no rule could match are counted but not parsed, so that a fault
 * of such a record is not told. Throws `config` where rules are invalid (unless they are
 * skipped) or a path cannot be read.
 */
export async function matchFiles(options: MatchFilesOptions): Promise<void> {
  const loaded = await loadRulesIn({ paths: options.rules, context: options.context });
  refuseRules(loaded, options);
  loaded.problems.forEach(options.onProblem);
  if (watchesIn(loaded) > 0) {
    options.onNote(
      'Rules with x-baseline or x-heartbeat need a clock and a memory: they are judged live, not here.',
    );
  }
  const files = await sizedFiles(options.files);
  const isSized = !files.some(({ file }) => file === STDIN);
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  const { company } = loaded;
  const places = openPlaces();
  const counts = createMatchCounts(loaded.ruleSet, { company, places, now: options.now });
  let records = 0;
  const take = async (block: MatchBlock, { file, bytesBefore }: FilePlace) => {
    records += block.records;
    block.problems.forEach(options.onProblem);
    if (block.matches > 0) options.onMatches(block.lines, block.matches);
    tellAll(await counts.add(block.counted, file), options);
    options.onProgress({ records, bytes: bytesBefore, totalBytes: isSized ? totalBytes : 0 });
  };
  const { now, gate = true, threads = availableParallelism() } = options;
  if (isSized && threads > 1 && files.length > 1 && totalBytes > WORTH_THREADS_BYTES) {
    await matchInThreads(
      files,
      threads,
      { parsed: loaded.parsed, context: loaded.contextTexts, now, gate },
      take,
    );
  } else {
    const matchRecords = createMatchRecords(loaded.ruleSet, { company, places, now, gate });
    for (const file of files) {
      await matchRecords(openOne(file, options.stdin), (block) => take(block, file));
    }
  }
  tellAll(await counts.end(), options);
  options.onProgress({ records, bytes: totalBytes, totalBytes: isSized ? totalBytes : 0 });
}

type FilePlace = Pick<SizedFile, 'file' | 'bytesBefore'>;

function tellAll(lines: readonly string[], { onMatches }: MatchFilesOptions): void {
  if (lines.length > 0) onMatches(lines.join('\n'), lines.length);
}

function refuseRules({ ruleSet, problems }: LoadedRules, { rules, skipInvalid }: MatchFilesOptions): void {
  if (problems.length > 0 && !skipInvalid) throw new ProblemsError('rules are not valid', problems);
  if (
    problems.length + ruleSet.detections.length + ruleSet.correlations.length + watchesIn({ ruleSet }) ===
    0
  ) {
    const paths = rules.join(', ');
    throw new TrailhiveError(
      'config',
      `There is no rule in ${paths}. Name a .yml file, or a folder of them.`,
    );
  }
}

function watchesIn({ ruleSet }: Pick<LoadedRules, 'ruleSet'>): number {
  return (ruleSet.heartbeats?.length ?? 0) + (ruleSet.baselines?.length ?? 0);
}

async function sizedFiles(paths: readonly string[]): Promise<readonly SizedFile[]> {
  const sized: SizedFile[] = [];
  let bytesBefore = 0;
  for (const path of paths) {
    const files = path === STDIN ? [STDIN] : await filesOfRecords(path);
    for (const file of files) {
      const size = file === STDIN ? 0 : await sizeOf(file);
      sized.push({ file, size, bytesBefore });
      bytesBefore += size;
    }
  }
  return sized;
}

/** A file that is gone since is told of when it is read. */
async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
}

function openOne({ file, size }: SizedFile, stdin: AsyncIterable<Uint8Array>): FileToMatch {
  const chunks = file === STDIN ? readAlong(stdin) : openFile(file, size);
  return { name: file === STDIN ? '(standard input)' : file, chunks };
}
