/**
 * Records out of files, folders and standard input, for runs without a queue. The
 * content, not the name, says what a file is: gzip or plain, one JSON document or
 * one record a line. Whether a record can be worked with is for decode.
 */
import { createReadStream } from 'node:fs';
import { messageOf } from '../../domain/errors.ts';
import type { Problem } from '../../domain/problem.ts';
import { inflated } from './inflated.ts';
import { type LineOfText, linesOf } from './lines.ts';
import { filesBelow } from './walk.ts';

export interface ReadRecord {
  readonly file: string;
  /** 1-based line on which the record's document starts. */
  readonly line: number;
  readonly record: unknown;
}

export interface ReadOptions {
  /** What the path `-` stands for. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** A file or line that could not be read. Reading goes on behind it. */
  readonly onProblem: (problem: Problem) => void;
}

const isRecords = (name: string) => /\.(json|ndjson|jsonl)(\.gz)?$/.test(name);

/** The files of a path that hold records, by name. Throws `config` where the path cannot be read. */
export async function filesOfRecords(path: string): Promise<readonly string[]> {
  return await filesBelow(path, isRecords);
}

/**
 * Yields the records of all paths, in the order of the paths and of file names.
 * Memory is bounded by the longest document, not by the file: NDJSON of any
 * length streams. Throws `config` where a path itself cannot be read.
 */
export async function* readRecords(
  paths: readonly string[],
  options: ReadOptions,
): AsyncGenerator<ReadRecord> {
  for (const path of paths) {
    const files = path === '-' ? ['-'] : await filesOfRecords(path);
    for (const file of files) yield* readFile(file, options);
  }
}

async function* readFile(file: string, options: ReadOptions): AsyncGenerator<ReadRecord> {
  const bytes = file === '-' ? (options.stdin ?? []) : createReadStream(file);
  const name = file === '-' ? '(standard input)' : file;
  const tell = (line: number, message: string) => options.onProblem({ file: name, line, message });
  try {
    for await (const { line, value } of documentsOf(linesOf(await inflated(bytes)), tell))
      for (const record of recordsOf(value)) yield { file: name, line, record };
  } catch (error) {
    tell(0, `cannot be read to its end: ${messageOf(error)}.`);
  }
}

interface Document {
  readonly line: number;
  readonly value: unknown;
}

type Tell = (line: number, message: string) => void;

/** One document a line where the first line is one; else the whole text is one document, over many lines. */
async function* documentsOf(lines: AsyncIterable<LineOfText>, tell: Tell): AsyncGenerator<Document> {
  let byLine: boolean | undefined;
  const rest: string[] = [];
  for await (const { line, text } of lines) {
    if (text.trim() === '') continue;
    const value = parse(text);
    byLine ??= value !== undefined;
    if (!byLine) rest.push(text);
    else if (value === undefined) tell(line, 'this line is not JSON. It is passed over.');
    else yield { line, value };
  }
  if (byLine !== false) return;
  const value = parse(rest.join('\n'));
  if (value === undefined) tell(0, 'neither JSON nor NDJSON.');
  else yield { line: 1, value };
}

/** undefined stands for text that is no JSON: JSON itself has no such value. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `{"Records":[…]}`, a list, or the record itself. */
function recordsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null && 'Records' in value && Array.isArray(value.Records))
    return value.Records;
  return [value];
}
