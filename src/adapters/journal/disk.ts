import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { JournalEntry } from '../../domain/journal.ts';
import type { Journal } from '../../domain/ports.ts';
import { dayOf, parseLine, toLines } from './lines.ts';
import { mergeByTime } from './merge.ts';

export interface DiskJournalOptions {
  readonly folder: string;
  readonly now: () => number;
  /** Told of each line that was passed over on reading. */
  readonly onUnreadable?: (place: string) => void;
}

export interface DiskJournal extends Journal {
  /** Waits for what is being written and closes the segment. */
  close(): Promise<void>;
}

/**
 * A journal on disk: one segment a UTC day and process, `2026-11-22.<writer>.ndjson`.
 *
 * An append returns after fsync. Appends that come while one is being written
 * share the next write and its fsync, so many callers cost little more than one.
 * A process never writes into a segment of another, and leaves a segment in
 * which a write failed, so a torn line is always the last of its file.
 */
export function createDiskJournal(options: DiskJournalOptions): DiskJournal {
  const { folder, now } = options;
  const writer = createWriter(folder, now);
  return {
    append: (entries) => (entries.length === 0 ? Promise.resolve() : writer.append(toLines(entries))),
    close: () => writer.close(),
    async *read(since) {
      const sinceDay = dayOf(Math.max(0, since));
      const names = (await segmentsIn(folder)).filter((name) => name.slice(0, 10) >= sinceDay);
      for (const day of new Set(names.map((name) => name.slice(0, 10)))) {
        const segments = names.filter((name) => name.startsWith(day));
        const streams = segments.map((name) => readSegment(join(folder, name), options.onUnreadable));
        for await (const entry of mergeByTime(streams)) if (entry.at >= since) yield entry;
      }
    },
  };
}

/** Sorted, so by day. A folder that is not there yet is an empty journal. */
async function segmentsIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => /^\d{4}-\d\d-\d\d\..*\.ndjson$/.test(name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function* readSegment(
  path: string,
  onUnreadable: ((place: string) => void) | undefined,
): AsyncGenerator<JournalEntry> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number += 1;
    const entry = parseLine(line);
    if (entry === undefined) onUnreadable?.(`${path}:${number}`);
    else yield entry;
  }
}

interface Waiting {
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function createWriter(folder: string, now: () => number) {
  let queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  let segment: { readonly day: string; readonly file: FileHandle } | undefined;

  async function currentSegment(): Promise<FileHandle> {
    const day = dayOf(now());
    if (segment?.day === day) return segment.file;
    await closeSegment();
    segment = { day, file: await openSegment(folder, day) };
    return segment.file;
  }

  async function closeSegment(): Promise<void> {
    const file = segment?.file;
    segment = undefined;
    await file?.close().catch(() => undefined);
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      try {
        const file = await currentSegment();
        await file.appendFile(batch.map(({ text }) => text).join(''));
        await file.datasync();
        for (const { resolve } of batch) resolve();
      } catch (error) {
        await closeSegment();
        for (const { reject } of batch) reject(error);
      }
    }
    running = undefined;
  }

  return {
    append: (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        queue.push({ text, resolve, reject });
        running ??= drain();
      }),
    async close(): Promise<void> {
      await running;
      await closeSegment();
    },
  };
}

/** A new segment, whose name is on stable storage too. */
async function openSegment(folder: string, day: string): Promise<FileHandle> {
  await mkdir(folder, { recursive: true });
  const name = `${day}.${process.pid}-${randomBytes(4).toString('hex')}.ndjson`;
  const file = await open(join(folder, name), 'ax', 0o640);
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
  return file;
}
