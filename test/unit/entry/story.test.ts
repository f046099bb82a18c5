import { describe, expect, it } from 'vitest';
import { inChunks, type StoryObject, tellStory } from '../../../src/entry/cli/demo/story.ts';

const NOW = Date.UTC(2026, 4, 4, 12, 34, 56, 789);
const HOUR_MS = 3_600_000;

const story = tellStory(NOW);
const objects: readonly StoryObject[] = [...story.objects, story.repeat];
const records = objects.flatMap((object) => object.records);

/** What every record of CloudTrail has, by its documentation. */
const ALWAYS = [
  'eventVersion',
  'userIdentity',
  'eventTime',
  'eventSource',
  'eventName',
  'awsRegion',
  'sourceIPAddress',
  'userAgent',
  'requestParameters',
  'responseElements',
  'eventID',
  'eventType',
  'recipientAccountId',
] as const;

describe('the records of the story', () => {
  it('have every field that CloudTrail always writes', () => {
    const missing = records.flatMap((record) =>
      ALWAYS.filter((field) => record[field] === undefined).map(
        (field) => `${record['eventName']}: ${field}`,
      ),
    );
    expect(missing).toEqual([]);
  });

  it('have ids of their own, also in the repeat', () => {
    const ids = records.map((record) => String(record['eventID']));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))).toEqual([]);
  });

  it('happened within the hour before now, in whole seconds', () => {
    const times = records.map((record) => String(record['eventTime']));
    expect(times.filter((time) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time))).toEqual([]);
    const instants = times.map((time) => Date.parse(time));
    expect(Math.min(...instants)).toBeGreaterThanOrEqual(NOW - HOUR_MS - 1000);
    expect(Math.max(...instants)).toBeLessThanOrEqual(NOW);
  });

  it('lie in an object of their own account', () => {
    const strays = objects.flatMap(({ account, records: inside }) =>
      inside.filter((record) => record['recipientAccountId'] !== account),
    );
    expect(strays).toEqual([]);
  });

  it('come from private or documentation addresses only', () => {
    const addresses = new Set(records.map((record) => String(record['sourceIPAddress'])));
    const foreign = [...addresses].filter(
      (address) => !/^(10\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.)/.test(address),
    );
    expect(foreign).toEqual([]);
  });

  it('are told from the time alone', () => {
    expect(tellStory(NOW)).toEqual(story);
  });
});

describe('the repeat', () => {
  it('is what the developer did before, under another id and later', () => {
    const [again] = story.repeat.records;
    const before = story.objects
      .flatMap((object) => object.records)
      .find(
        (record) =>
          record['eventName'] === 'AuthorizeSecurityGroupIngress' &&
          record['recipientAccountId'] === story.repeat.account,
      );
    expect(story.repeat.records).toHaveLength(1);
    expect(again?.['requestParameters']).toEqual(before?.['requestParameters']);
    expect(again?.['eventID']).not.toBe(before?.['eventID']);
    expect(String(again?.['eventTime']) > String(before?.['eventTime'])).toBe(true);
  });
});

describe('inChunks', () => {
  it('keeps the order and leaves the rest in the last', () => {
    expect(inChunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(inChunks([], 2)).toEqual([]);
  });
});
