import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TrailhiveError } from '../../../src/domain/errors.ts';
import { readStory } from '../../../src/entry/cli/demo/data-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'trailhive-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function aFile(lines: readonly (string | object)[]): string {
  const file = join(folder, 'data.ndjson');
  writeFileSync(
    file,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return file;
}

const aRecord = (more: object = {}) => ({
  eventTime: '2026-05-04T10:00:00Z',
  recipientAccountId: '111122223333',
  awsRegion: 'eu-west-1',
  ...more,
});

describe('readStory', () => {
  it('puts the records of one account and region into one object', () => {
    const { objects } = readStory(
      aFile([aRecord(), aRecord({ awsRegion: 'us-east-1' }), aRecord({ eventName: 'Second' })]),
    );
    expect(objects.map(({ account, region, records }) => [account, region, records.length])).toEqual([
      ['111122223333', 'eu-west-1', 2],
      ['111122223333', 'us-east-1', 1],
    ]);
  });

  it('begins another object after a hundred records', () => {
    const { objects } = readStory(aFile(Array.from({ length: 101 }, () => aRecord())));
    expect(objects.map(({ records }) => records.length)).toEqual([100, 1]);
  });

  it('counts what is no record and reads the rest', () => {
    const { objects, unreadable } = readStory(aFile(['{"cut', '', '42', '[1]', 'null', aRecord()]));
    expect(unreadable).toBe(4);
    expect(objects.map(({ records }) => records.length)).toEqual([1]);
  });

  it('finds the earliest time, past times that cannot be read', () => {
    const { oldest } = readStory(
      aFile([aRecord(), aRecord({ eventTime: '2025-01-02T03:04:05Z' }), aRecord({ eventTime: 'soon' })]),
    );
    expect(oldest).toBe(Date.UTC(2025, 0, 2, 3, 4, 5));
  });

  it('makes no path of an account that is none', () => {
    const { objects } = readStory(aFile([aRecord({ recipientAccountId: '../../etc', awsRegion: 7 })]));
    expect(objects.map(({ account, region }) => [account, region])).toEqual([['000000000000', 'us-east-1']]);
  });

  it('says which file cannot be read', () => {
    const read = () => readStory(join(folder, 'none.ndjson'));
    expect(read).toThrow(TrailhiveError);
    expect(read).toThrow(/--data: cannot read .*none\.ndjson/);
  });

  it('says that a file holds no record', () => {
    expect(() => readStory(aFile(['']))).toThrow(/holds no CloudTrail record/);
  });
});
