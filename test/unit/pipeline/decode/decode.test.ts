import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../../src/domain/batch.ts';
import { TrailhiveError } from '../../../../src/domain/errors.ts';
import { createDecode } from '../../../../src/pipeline/decode/decode.ts';
import { DECODE_LIMITS, type DecodeLimits } from '../../../../src/pipeline/decode/limits.ts';
import { aRecord } from '../../../helpers/an-event.ts';

const deliveredAt = Date.parse('2026-11-22T10:05:00Z');

function aBatch(content: unknown, zip = true): Batch {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const bytes = zip ? gzipSync(text) : Buffer.from(text);
  return batchOf(bytes);
}

function batchOf(bytes: Uint8Array): Batch {
  return { ref: { kind: 'object', id: 'ref-9', queue: 'q', bucket: 'b', key: 'k', deliveredAt }, bytes };
}

const decode = (batch: Batch, limits: Partial<DecodeLimits> = {}) => createDecode(limits)(batch);

async function refusal(batch: Batch, limits: Partial<DecodeLimits> = {}): Promise<string> {
  const error = await decode(batch, limits).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TrailhiveError);
  expect((error as TrailhiveError).fault).toBe('input');
  return (error as TrailhiveError).message;
}

describe('decode', () => {
  it.each([
    ['gzip', true],
    ['plain', false],
  ])('reads %s bytes', async (_name, zip) => {
    const { events, setAside, records } = await decode(
      aBatch({ Records: [aRecord({ eventID: 'e-1' })] }, zip),
    );
    expect(events[0]).toMatchObject({
      id: 'e-1',
      key: 'e-1:111122223333',
      account: '111122223333',
      time: Date.parse('2026-11-22T10:00:00Z'),
      complete: true,
      origin: { refId: 'ref-9', index: 0 },
    });
    expect([events.length, setAside, records]).toEqual([1, [], 1]);
  });

  it.each([
    ['a bare list', [aRecord(), aRecord({ eventName: 'DeleteTrail' })], 2],
    ['one record alone', aRecord(), 1],
    ['an empty file', { Records: [] }, 0],
  ])('accepts %s', async (_name, content, count) => {
    expect((await decode(aBatch(content))).events).toHaveLength(count);
  });

  it('reads gzip data of several members as one', async () => {
    const text = JSON.stringify({ Records: [aRecord()] });
    const bytes = Buffer.concat([gzipSync(text.slice(0, 30)), gzipSync(text.slice(30))]);
    expect((await decode(batchOf(bytes))).events).toHaveLength(1);
  });

  it.each<[string, Batch, RegExp, Partial<DecodeLimits>]>([
    ['not JSON', aBatch('<html>'), /not JSON/, {}],
    ['no Records', aBatch({ digest: 1 }), /no "Records"/, {}],
    ['Records that are no list', aBatch({ Records: 'x' }), /not a list/, {}],
    ['a number', aBatch('7'), /no "Records"/, {}],
    ['empty bytes', batchOf(new Uint8Array()), /not JSON/, {}],
    ['binary bytes', batchOf(Buffer.from([0xff, 0xfe, 0x00])), /neither gzip nor text/, {}],
    [
      'truncated gzip',
      batchOf(gzipSync(JSON.stringify({ Records: [aRecord()] })).subarray(0, 60)),
      /truncated/,
      {},
    ],
    ['broken gzip', batchOf(Buffer.from([0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9])), /broken/, {}],
    ['too many bytes', aBatch({ Records: [aRecord()] }), /larger than 10 bytes/, { maxCompressedBytes: 10 }],
    [
      'a zip bomb',
      aBatch(`[${' '.repeat(5_000_000)}]`),
      /inflates to more than 1000/,
      { maxInflatedBytes: 1000 },
    ],
    ['too much plain text', aBatch(' '.repeat(2000), false), /inflates to more/, { maxInflatedBytes: 1000 }],
    ['too many records', aBatch([aRecord(), aRecord()]), /2 records, more than 1/, { maxRecords: 1 }],
  ])('refuses %s as bad input', async (_name, batch, reason, limits) => {
    expect(await refusal(batch, limits)).toMatch(reason);
  });

  it('sets broken records aside alone, with place and reason', async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 70; i++) deep = { deep };
    const content = [
      'text',
      aRecord({ eventName: undefined }),
      aRecord({ eventID: 'good' }),
      aRecord({ eventSource: 7 }),
      aRecord({ requestParameters: deep }),
      aRecord({ userAgent: 'x'.repeat(5000) }),
      null,
      aRecord({ eventName: 'N'.repeat(300) }),
    ];
    const { events, setAside, records } = await decode(aBatch(content), { maxRecordChars: 4000 });
    expect(events.map((event) => [event.id, event.origin.index])).toEqual([['good', 2]]);
    expect(records).toBe(8);
    expect(setAside).toEqual([
      { index: 0, reason: 'record is not an object' },
      { index: 1, reason: 'eventName is missing or not text' },
      { index: 3, reason: 'eventSource is missing or not text' },
      { index: 4, reason: 'record is nested deeper than 64' },
      { index: 5, reason: 'record is larger than 4000 characters' },
      { index: 6, reason: 'record is not an object' },
      { index: 7, reason: 'eventName is longer than 256 characters' },
    ]);
  });

  it('survives nesting that would overflow a stack', async () => {
    const text = `[${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}]`;
    expect((await decode(aBatch(text))).setAside).toHaveLength(1);
  });

  it.each([
    ['missing', undefined],
    ['no instant', 'yesterday'],
    ['a number', 1_700_000_000],
    ['without a zone', '2026-11-22T10:00:00'],
    ['no such day', '2026-13-45T10:00:00Z'],
    ['in the far future', '2026-11-22T11:05:01Z'],
  ])('stands the delivery time in for a time that is %s', async (_name, eventTime) => {
    const [event] = (await decode(aBatch([aRecord({ eventTime })]))).events;
    expect(event).toMatchObject({ time: deliveredAt, complete: false });
  });

  it('believes a clock that is within the skew ahead', async () => {
    const [event] = (await decode(aBatch([aRecord({ eventTime: '2026-11-22T11:05:00Z' })]))).events;
    expect(event).toMatchObject({ time: deliveredAt + DECODE_LIMITS.maxSkewMs, complete: true });
  });

  it('names a record without id by its content', async () => {
    const [first, second, other] = (
      await decode(
        aBatch([
          aRecord({ eventID: undefined }),
          aRecord({ eventID: undefined }),
          aRecord({ eventID: undefined, eventName: 'DeleteTrail' }),
        ]),
      )
    ).events;
    expect(first?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(second?.id).toBe(first?.id);
    expect(other?.id).not.toBe(first?.id);
    expect(first?.complete).toBe(false);
  });

  it.each([
    ['the recipient', { recipientAccountId: '999988887777' }, '999988887777'],
    ['else the caller', { recipientAccountId: 'nonsense' }, '111122223333'],
    ['else nobody', { recipientAccountId: undefined, userIdentity: { accountId: '12' } }, ''],
  ])('takes the account of %s', async (_name, overrides, account) => {
    expect((await decode(aBatch([aRecord(overrides)]))).events[0]?.account).toBe(account);
  });
});
