import { readFileSync } from 'node:fs';
import { messageOf, TrailhiveError } from '../../../domain/errors.ts';
import { inChunks, type StoryObject } from './story.ts';

/** Records of one S3 object, about as many as CloudTrail writes in a quiet account. */
const RECORDS_PER_OBJECT = 100;

/**
 * Reads an NDJSON file of records and puts them into objects, one account and
 * region each, as CloudTrail would. `oldest` is the earliest time in it, epoch ms.
 * Throws `config` where the file cannot be read or holds no record.
 */
export function readStory(file: string): {
  readonly objects: readonly StoryObject[];
  readonly unreadable: number;
  readonly oldest: number;
} {
  const places = new Map<
    string,
    { account: string; region: string; records: StoryObject['records'][number][] }
  >();
  let unreadable = 0;
  let oldest = Number.POSITIVE_INFINITY;
  for (const line of linesOf(file)) {
    const record = parse(line);
    if (record === undefined) {
      unreadable += 1;
      continue;
    }
    const account = plain(record['recipientAccountId'], '000000000000');
    const region = plain(record['awsRegion'], 'us-east-1');
    const place = places.get(`${account} ${region}`) ?? { account, region, records: [] };
    place.records.push(record);
    places.set(`${account} ${region}`, place);
    const time = Date.parse(String(record['eventTime']));
    if (time < oldest) oldest = time;
  }
  if (places.size === 0) {
    throw new TrailhiveError(
      'config',
      `--data: ${file} holds no CloudTrail record. NDJSON is expected: one record a line.`,
    );
  }
  const objects = [...places.values()].flatMap(({ account, region, records }) =>
    inChunks(records, RECORDS_PER_OBJECT).map((chunk) => ({ account, region, records: chunk })),
  );
  return { objects, unreadable, oldest };
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
  } catch (cause) {
    throw new TrailhiveError('config', `--data: cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
}

function parse(line: string): StoryObject['records'][number] | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as StoryObject['records'][number])
      : undefined;
  } catch {
    return undefined;
  }
}

/** Account and region become part of an object's key. */
function plain(value: unknown, otherwise: string): string {
  return typeof value === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(value) ? value : otherwise;
}
