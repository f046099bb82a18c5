import { randomBytes } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { TrailhiveError } from '../../domain/errors.ts';
import type { JournalEntry } from '../../domain/journal.ts';
import type { Journal } from '../../domain/ports.ts';
import { dayOf, parseLine, toLines } from './lines.ts';

export interface S3JournalOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** Without a slash at its end; empty: the top of the bucket. */
  readonly prefix: string;
  readonly now: () => number;
  /** Told of each line that was passed over on reading. */
  readonly onUnreadable?: (place: string) => void;
}

/** How many objects are fetched at the same time on reading. */
const FETCH_AHEAD = 16;

/**
 * A journal in S3, for set-ups without a disk that lasts: one object an append,
 * `<prefix>/2026-11-22/<instant>-<writer>-<number>.ndjson`. Names sort by time of
 * writing, so a reader lists from the day of `since` on. S3 stores an object
 * wholly or not at all, and reads after writes see it.
 */
export function createS3Journal(options: S3JournalOptions): Journal {
  const { client, bucket: Bucket, now, onUnreadable } = options;
  const folder = options.prefix === '' ? '' : `${options.prefix}/`;
  const writer = randomBytes(6).toString('hex');
  let written = 0;

  async function read(key: string): Promise<JournalEntry[]> {
    const answer = await client.send(new GetObjectCommand({ Bucket, Key: key }));
    const text = (await answer.Body?.transformToString()) ?? '';
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.flatMap((line, index) => {
      const entry = parseLine(line);
      if (entry === undefined) onUnreadable?.(`s3://${Bucket}/${key}:${index + 1}`);
      return entry === undefined ? [] : [entry];
    });
  }

  return {
    async append(entries) {
      if (entries.length === 0) return;
      const time = new Date(now()).toISOString();
      const number = String(++written).padStart(9, '0');
      const Key = `${folder}${time.slice(0, 10)}/${time.slice(11)}-${writer}-${number}.ndjson`;
      await orRetry('the journal could not be written', () =>
        client.send(
          new PutObjectCommand({ Bucket, Key, Body: toLines(entries), ContentType: 'application/x-ndjson' }),
        ),
      );
    },
    async *read(since) {
      const startAfter = `${folder}${dayOf(Math.max(0, since))}/`;
      for await (const keys of listPages(client, Bucket, folder, startAfter)) {
        for (let start = 0; start < keys.length; start += FETCH_AHEAD) {
          const group = keys.slice(start, start + FETCH_AHEAD);
          const found = await orRetry('the journal could not be read', () => Promise.all(group.map(read)));
          yield* found.flat().filter((entry) => entry.at >= since);
        }
      }
    },
  };
}

async function* listPages(
  client: S3Client,
  Bucket: string,
  Prefix: string,
  StartAfter: string,
): AsyncGenerator<string[]> {
  let token: string | undefined;
  do {
    const page = await orRetry('the journal could not be listed', () =>
      client.send(
        new ListObjectsV2Command({
          Bucket,
          Prefix,
          ...(token === undefined ? { StartAfter } : { ContinuationToken: token }),
        }),
      ),
    );
    yield (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

async function orRetry<T>(message: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new TrailhiveError('retryable', message, { cause: error });
  }
}
