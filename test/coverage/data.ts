import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CloudTrailRecord } from '../../src/domain/event.ts';

/** Recorded data lies beside the repository, not in it. */
export const dataFolder = join(import.meta.dirname, '../../../shared/data/cloudtrail');

export function hasData(): boolean {
  return existsSync(dataFolder);
}

/** JSON, a line each; `.gz` is unpacked. */
export function readLines<Line>(name: string): Line[] {
  const bytes = readFileSync(join(dataFolder, name));
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Line);
}

export const readRecordsOf = (name: string) => readLines<CloudTrailRecord>(name);

/** A case of another project's tests, as its label says. */
export interface LabelledCase {
  readonly case_id: string;
  readonly rule: string;
  readonly expected: boolean;
  readonly event: CloudTrailRecord;
}
