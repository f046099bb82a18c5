/** Objects as CloudTrail delivers them, grown from real and composed records, for measuring only. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

export const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
export const sigmaHq = join(shared, 'sigmahq/rules/cloud/aws/cloudtrail');

type Json = Record<string, unknown>;

/** As AWS writes them. What is not listed follows. */
const RECORD_KEYS =
  'eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode errorMessage requestParameters responseElements additionalEventData requestID eventID readOnly resources eventType apiVersion managementEvent recipientAccountId sharedEventID vpcEndpointId eventCategory tlsDetails sessionCredentialFromConsole'.split(
    ' ',
  );
const STRATUS_EVERY = 20;
const OBJECT_BYTES = 5_000_000;

export interface BenchData {
  readonly files: readonly string[];
  readonly bytes: number;
  readonly records: number;
}

const IDENTITY_KEYS = 'type principalId arn accountId accessKeyId userName sessionContext invokedBy'.split(
  ' ',
);

function inOrder(record: Json): Json {
  const identity = record['userIdentity'];
  const isObject = typeof identity === 'object' && identity !== null;
  return sorted(
    isObject ? { ...record, userIdentity: sorted(identity as Json, IDENTITY_KEYS) } : record,
    RECORD_KEYS,
  );
}

function sorted(object: Json, order: readonly string[]): Json {
  const keys = new Set([...order.filter((key) => key in object), ...Object.keys(object)]);
  return Object.fromEntries([...keys].map((key) => [key, object[key]]));
}

function linesOf(text: string): Json[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => inOrder(JSON.parse(line) as Json));
}

/** `background` and `stratus`, 19 : 1, with fresh ids, in gzip objects of 5 MB. */
export function createBenchData(folder: string, bytes: number): BenchData {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const background = linesOf(
    gunzipSync(readFileSync(join(shared, 'cloudtrail/background.ndjson.gz'))).toString(),
  );
  const stratus = linesOf(readFileSync(join(shared, 'cloudtrail/stratus.cloudtrail.ndjson'), 'utf8'));
  const files: string[] = [];
  let records: string[] = [];
  let size = 0;
  let total = 0;
  let count = 0;
  const write = () => {
    const file = join(folder, `${String(files.length).padStart(4, '0')}.json.gz`);
    writeFileSync(file, gzipSync(`{"Records":[${records.join(',')}]}`));
    files.push(file);
    records = [];
    size = 0;
  };
  while (total < bytes) {
    const turn = Math.floor(count / STRATUS_EVERY);
    const source = count % STRATUS_EVERY === STRATUS_EVERY - 1 ? stratus : background;
    const record = source[(source === stratus ? turn : count - turn) % source.length] as Json;
    const fresh = { ...record, eventID: randomUUID() };
    if ('requestID' in fresh) fresh.requestID = randomUUID();
    const text = JSON.stringify(fresh);
    records.push(text);
    size += text.length + 1;
    total += text.length + 1;
    count += 1;
    if (size >= OBJECT_BYTES) write();
  }
  if (records.length > 0) write();
  return { files, bytes: total, records: count };
}

/** One object with the records of many: members of gzip one after the other are gzip. */
export function joinObjects(file: string, files: readonly string[]): string {
  const inside = (one: string) => gunzipSync(readFileSync(one)).subarray('{"Records":['.length, -2);
  rmSync(file, { force: true });
  const members = new Map(
    [...new Set(files)].map((one) => [one, gzipSync(Buffer.concat([Buffer.from(','), inside(one)]))]),
  );
  files.forEach((one, at) => {
    if (at === 0) appendFileSync(file, gzipSync(Buffer.concat([Buffer.from('{"Records":['), inside(one)])));
    else appendFileSync(file, members.get(one) ?? '');
  });
  appendFileSync(file, gzipSync(']}'));
  return file;
}

export function hasShared(): boolean {
  return existsSync(sigmaHq);
}
