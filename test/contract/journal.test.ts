import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, readdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createDiskJournal,
  type DiskJournal,
  type DiskJournalOptions,
} from '../../src/adapters/journal/disk.ts';
import { createS3Journal } from '../../src/adapters/journal/s3.ts';
import { createMemoryJournal } from '../../src/adapters/memory/journal.ts';
import type { JournalEntry } from '../../src/domain/journal.ts';
import type { Journal } from '../../src/domain/ports.ts';
import { testAws } from '../helpers/aws-clients.ts';

const DAY = 24 * 60 * 60_000;
const NOON = Date.UTC(2026, 10, 22, 12);

const aws = testAws();
const folders: string[] = [];
const opened: DiskJournal[] = [];
afterAll(async () => {
  await Promise.all(opened.map((journal) => journal.close()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trailhive-journal-'));
  folders.push(folder);
  return folder;
}

function onDisk(options: DiskJournalOptions): DiskJournal {
  const journal = createDiskJournal(options);
  opened.push(journal);
  return journal;
}

function anEntry(at: number, runId = `run-${at}`): JournalEntry {
  const result = { stepId: 's', action: 'a', outcome: 'done', summary: 'line\nbreak', data: {}, at } as const;
  return { kind: 'step', at, runId, result };
}

async function all(journal: Journal, since: number): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of journal.read(since)) entries.push(entry);
  return entries;
}

interface Bench {
  readonly journal: Journal;
  /** Another process on the same storage. */
  readonly other: Journal;
  /** What the writers take for now. */
  set(time: number): void;
}

let buckets = 0;

function onStorage(create: (now: () => number) => Journal): Bench {
  let time = NOON;
  const at = (next: number) => {
    time = next;
  };
  return { journal: create(() => time), other: create(() => time), set: at };
}

const implementations: readonly (readonly [string, () => Bench])[] = [
  [
    'memory',
    () => {
      const journal = createMemoryJournal();
      return { journal, other: journal, set: () => undefined };
    },
  ],
  [
    'disk',
    () => {
      const folder = join(aFolder(), 'not-there-yet');
      return onStorage((now) => onDisk({ folder, now }));
    },
  ],
  [
    's3',
    () => {
      const bucket = `journal-${++buckets}`;
      aws().server.createBucket(bucket);
      const client = aws().clients.s3(aws().place);
      return onStorage((now) => createS3Journal({ client, bucket, prefix: 'trailhive/journal', now }));
    },
  ],
];

describe.each(implementations)('journal: %s', (_name, create) => {
  it('is empty at first', async () => {
    expect(await all(create().journal, 0)).toEqual([]);
  });

  it('gives back what was appended, in order', async () => {
    const { journal } = create();
    await journal.append([anEntry(NOON, 'a'), anEntry(NOON, 'b')]);
    await journal.append([]);
    await journal.append([anEntry(NOON + 1, 'c')]);
    expect(await all(journal, 0)).toEqual([anEntry(NOON, 'a'), anEntry(NOON, 'b'), anEntry(NOON + 1, 'c')]);
  });

  it('leaves out what is older than asked for, to the millisecond', async () => {
    const { journal, set } = create();
    for (const at of [NOON - 2 * DAY, NOON - 1, NOON]) {
      set(at);
      await journal.append([anEntry(at)]);
    }
    expect(await all(journal, NOON)).toEqual([anEntry(NOON)]);
    expect(await all(journal, NOON - 1)).toEqual([anEntry(NOON - 1), anEntry(NOON)]);
    expect(await all(journal, NOON - 2 * DAY)).toHaveLength(3);
  });

  it('puts what two processes wrote into one order', async () => {
    const { journal, other, set } = create();
    const times = [0, 1, 2, 3, 4, 5].map((minutes) => NOON + minutes * 60_000);
    for (const [index, at] of times.entries()) {
      set(at);
      await (index % 2 === 0 ? journal : other).append([anEntry(at)]);
    }
    expect((await all(other, 0)).map(({ at }) => at)).toEqual(times);
  });

  it('keeps every entry of appends at the same time', async () => {
    const { journal } = create();
    const ids = Array.from({ length: 60 }, (_, index) => `run-${index}`);
    await Promise.all(ids.map((id) => journal.append([anEntry(NOON, id)])));
    const found = (await all(journal, 0)).map((entry) => entry.kind === 'step' && entry.runId);
    expect(new Set(found)).toEqual(new Set(ids));
    expect(found).toHaveLength(60);
  });
});

describe('journal on disk', () => {
  it('passes over a torn last line and counts it', async () => {
    const folder = aFolder();
    const passed: string[] = [];
    const journal = onDisk({
      folder,
      now: () => NOON,
      onUnreadable: (place) => passed.push(place),
    });
    await journal.append([anEntry(NOON)]);
    const [name = ''] = await readdir(folder);
    await appendFile(join(folder, name), '{"kind":"step","at":17');
    expect(await all(journal, 0)).toEqual([anEntry(NOON)]);
    expect(passed).toEqual([`${join(folder, name)}:2`]);
  });

  it('never writes behind the torn line of a process that died', async () => {
    const folder = aFolder();
    await writeFile(join(folder, '2026-11-22.1-dead.ndjson'), '{"kind":"st');
    const journal = onDisk({ folder, now: () => NOON });
    await journal.append([anEntry(NOON)]);
    expect(await all(journal, 0)).toEqual([anEntry(NOON)]);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('does not open segments of days before the one asked for', async () => {
    const folder = aFolder();
    const passed: string[] = [];
    const journal = onDisk({
      folder,
      now: () => NOON,
      onUnreadable: (place) => passed.push(place),
    });
    await writeFile(join(folder, '2026-11-21.1-old.ndjson'), 'unreadable\n');
    await journal.append([anEntry(NOON)]);
    expect(await all(journal, NOON - 1_000)).toHaveLength(1);
    expect(passed).toEqual([]);
    await all(journal, NOON - DAY);
    expect(passed).toHaveLength(1);
  });

  it('fails the append that could not be written, and writes the next one', async () => {
    const parent = aFolder();
    const folder = join(parent, 'journal');
    await writeFile(folder, 'a file where the folder should be');
    const journal = onDisk({ folder, now: () => NOON });
    await expect(journal.append([anEntry(NOON, 'lost')])).rejects.toThrow();
    await rename(folder, join(parent, 'away'));
    await journal.append([anEntry(NOON, 'kept')]);
    expect(await all(journal, 0)).toEqual([anEntry(NOON, 'kept')]);
  });

  it('starts a new segment each day', async () => {
    const folder = aFolder();
    let time = NOON;
    const journal = onDisk({ folder, now: () => time });
    await journal.append([anEntry(NOON)]);
    time = NOON + DAY;
    await journal.append([anEntry(time)]);
    await journal.close();
    expect((await readdir(folder)).sort().map((name) => name.slice(0, 10))).toEqual([
      '2026-11-22',
      '2026-11-23',
    ]);
  });
});
