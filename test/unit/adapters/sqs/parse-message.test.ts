import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ParsedMessage, parseMessage } from '../../../../src/adapters/sqs/parse-message.ts';
import type { ObjectRef } from '../../../../src/domain/batch.ts';
import { hashOf } from '../../../../src/domain/hash.ts';

const SENT_AT = Date.UTC(2026, 10, 22, 12);
const KEY =
  'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/22/111122223333_CloudTrail_eu-west-1_20261122T0940Z_aB3.json.gz';
const KEY_TIME = Date.UTC(2026, 10, 22, 9, 40);
const RECORD = {
  eventVersion: '1.09',
  eventID: 'e1',
  eventName: 'StopLogging',
  userIdentity: { type: 'Root' },
};

function parse(body: unknown, prefixes: readonly string[] = []): ParsedMessage {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return parseMessage(text, { queue: 'trail', sentAt: SENT_AT, prefixes });
}

function anObject(key: string, deliveredAt: number): ObjectRef {
  return { kind: 'object', id: hashOf(['logs', key]), queue: 'trail', bucket: 'logs', key, deliveredAt };
}

function s3Record(key: string, changes: object = {}) {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    eventTime: '2026-11-22T09:45:12.345Z',
    eventName: 'ObjectCreated:Put',
    s3: { s3SchemaVersion: '1.0', bucket: { name: 'logs' }, object: { key, size: 1 } },
    ...changes,
  };
}

const inSns = (message: unknown) => ({
  Type: 'Notification',
  MessageId: 'x',
  TopicArn: 'arn:aws:sns:eu-west-1:111122223333:trail',
  Message: typeof message === 'string' ? message : JSON.stringify(message),
});

function fromEventBridge(detailType: string, detail: object, source = 'aws.cloudtrail') {
  return { version: '0', id: 'x', 'detail-type': detailType, source, time: '2026-11-22T09:50:00Z', detail };
}

describe('what a message names', () => {
  const eventTime = Date.UTC(2026, 10, 22, 9, 45, 12, 345);
  const notification = { Records: [s3Record(KEY)] };
  const notice = { s3Bucket: 'logs', s3ObjectKey: [KEY, 'plain.json'] };
  const created = fromEventBridge(
    'Object Created',
    { bucket: { name: 'logs' }, object: { key: 'a+b%20c.json' } },
    'aws.s3',
  );

  it.each([
    ['S3 notification', notification, [anObject(KEY, eventTime)]],
    ['S3 notification by SNS', inSns(notification), [anObject(KEY, eventTime)]],
    ['CloudTrail notice, raw', notice, [anObject(KEY, KEY_TIME), anObject('plain.json', SENT_AT)]],
    ['CloudTrail notice by SNS', inSns(notice), [anObject(KEY, KEY_TIME), anObject('plain.json', SENT_AT)]],
    ['Object Created by EventBridge', created, [anObject('a+b%20c.json', Date.UTC(2026, 10, 22, 9, 50))]],
    [
      'Object Created by EventBridge and SNS',
      inSns(created),
      [anObject('a+b%20c.json', Date.UTC(2026, 10, 22, 9, 50))],
    ],
  ])('%s', (_kind, body, refs) => {
    expect(parse(body)).toEqual({ refs, skipped: {} });
  });

  it.each([
    'AWS API Call via CloudTrail',
    'AWS Console Sign In via CloudTrail',
    'AWS Service Event via CloudTrail',
  ])('%s by EventBridge is a batch of one record', (detailType) => {
    const { refs, problem } = parse(fromEventBridge(detailType, RECORD, 'aws.signin'));
    const body = JSON.stringify({ Records: [RECORD] });
    expect(refs).toEqual([
      { kind: 'inline', id: hashOf([body]), queue: 'trail', body, deliveredAt: SENT_AT },
    ]);
    expect(problem).toBeUndefined();
  });

  it.each<[string, string, object, readonly object[]]>([
    ['GuardDuty Finding', 'aws.guardduty', { id: 'f1' }, [{ product: 'guardduty', detail: { id: 'f1' } }]],
    [
      'Security Hub Findings - Imported',
      'aws.securityhub',
      { findings: [{ Id: 'f1' }, { Id: 'f2' }] },
      [
        { product: 'securityhub', detail: { Id: 'f1' } },
        { product: 'securityhub', detail: { Id: 'f2' } },
      ],
    ],
    [
      'Security Hub Findings - Custom Action',
      'aws.securityhub',
      { actionName: 'To trailhive', findings: [{ Id: 'f1' }] },
      [{ product: 'securityhub', detail: { Id: 'f1' } }],
    ],
  ])(
    '%s by EventBridge is a batch of its findings, also through SNS',
    (detailType, source, detail, findings) => {
      const message = fromEventBridge(detailType, detail, source);
      const body = JSON.stringify({ Findings: findings });
      const refs = [{ kind: 'inline', id: hashOf([body]), queue: 'trail', body, deliveredAt: SENT_AT }];
      expect(parse(message)).toEqual({ refs, skipped: {} });
      expect(parse(inSns(message))).toEqual({ refs, skipped: {} });
    },
  );

  it('a Security Hub event without findings is told', () => {
    const { refs, problem } = parse(fromEventBridge('Security Hub Findings - Imported', { findings: {} }));
    expect([refs, problem?.reason]).toEqual([[], 'the Security Hub event has no findings']);
  });

  it('inline records are one batch, broken ones among them', () => {
    const { refs, problem } = parse({ Records: [RECORD, 'broken', null] });
    expect(refs).toHaveLength(1);
    expect(refs[0]).toMatchObject({
      kind: 'inline',
      body: JSON.stringify({ Records: [RECORD, 'broken', null] }),
    });
    expect(problem).toBeUndefined();
  });

  it('a record about S3 is a record, not a notification', () => {
    const about = {
      ...RECORD,
      eventSource: 's3.amazonaws.com',
      requestParameters: { s3: { bucket: 'logs' } },
    };
    expect(parse({ Records: [about] }).refs[0]?.kind).toBe('inline');
  });

  it('an object named twice is one ref', () => {
    expect(parse({ Records: [s3Record(KEY), s3Record(KEY)] }).refs).toHaveLength(1);
  });

  it('decodes the key of a notification', () => {
    const [ref] = parse({ Records: [s3Record('a+b%2Bc%3A%C3%A9.json')] }).refs;
    expect(ref).toMatchObject({ key: 'a b+c:é.json' });
  });

  it('takes the time in the key where the event has none, and else the time of sending', () => {
    const times = parse({
      Records: [
        s3Record(KEY, { eventTime: 'yesterday' }),
        s3Record('x_20261399T0000Z_y.json', { eventTime: 7 }),
      ],
    }).refs.map(({ deliveredAt }) => deliveredAt);
    expect(times).toEqual([KEY_TIME, SENT_AT]);
  });
});

describe('what is passed over', () => {
  it.each([
    ['S3 test event', { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'logs' }, { 'test-event': 1 }],
    ['S3 test event by SNS', inSns({ Event: 's3:TestEvent' }), { 'test-event': 1 }],
    ['CloudTrail topic test', inSns('CloudTrail validation message.'), { 'test-event': 1 }],
    [
      'removed object',
      { Records: [s3Record(KEY, { eventName: 'ObjectRemoved:Delete' })] },
      { 'not-created': 1 },
    ],
    ['no keys', { s3Bucket: 'logs', s3ObjectKey: [] }, { empty: 1 }],
    ['no records', { Records: [] }, { empty: 1 }],
    ['insight by EventBridge', fromEventBridge('AWS Insight via CloudTrail', {}), { insight: 1 }],
  ])('%s', (_name, body, skipped) => {
    expect(parse(body)).toEqual({ refs: [], skipped });
  });

  it('counts digests, insights, folders and other prefixes, and reads the rest', () => {
    const keys = [
      'AWSLogs/1/CloudTrail-Digest/a.json.gz',
      'AWSLogs/1/CloudTrail-Digest/b.json.gz',
      'AWSLogs/1/CloudTrail-Insight/c.json.gz',
      'Other/d.json.gz',
      'AWSLogs/1/CloudTrail/',
      KEY,
    ];
    const { refs, skipped } = parse({ s3Bucket: 'logs', s3ObjectKey: keys }, ['AWSLogs/']);
    expect(refs).toEqual([anObject(KEY, KEY_TIME)]);
    expect(skipped).toEqual({ digest: 2, insight: 1, prefix: 1, folder: 1 });
  });
});

describe('what cannot be understood', () => {
  it.each([
    ['not JSON', '{"Records":', 'the message is not JSON'],
    ['not an object', '[1]', 'the message is JSON, but not an object'],
    ['unknown kind', { hello: 'world' }, 'unknown kind of message'],
    [
      'a subscription to confirm',
      { Type: 'SubscriptionConfirmation', Message: 'x' },
      'unknown kind of message',
    ],
    ['unknown EventBridge kind', fromEventBridge('Health', {}), 'unknown kind of EventBridge event: Health'],
    [
      'EventBridge without detail',
      { 'detail-type': 'Object Created' },
      'the EventBridge event has no detail',
    ],
    [
      'Records of nothing known',
      { Records: [{ a: 1 }] },
      'Records holds neither CloudTrail records nor S3 notifications',
    ],
    ['SNS without end', inSns(inSns(inSns('{}'))), 'the message is wrapped by SNS too often'],
  ])('%s', (_name, body, reason) => {
    const { refs, problem } = parse(body);
    expect(refs).toEqual([]);
    expect(problem?.reason).toBe(reason);
  });

  it.each([
    ['key that is no URL encoding', s3Record('%E0%A4%A')],
    ['key that is too long', s3Record('x'.repeat(1_025))],
    ['no key', s3Record('', {})],
    [
      'bucket that would change the host',
      s3Record(KEY, { s3: { bucket: { name: 'evil.com/x#' }, object: { key: 'k' } } }),
    ],
    ['no bucket', s3Record(KEY, { s3: { object: { key: 'k' } } })],
    ['no object at all', 'text'],
  ])('reports a part with a %s and reads the good parts', (_name, part) => {
    const { refs, problem } = parse({ Records: [part, s3Record(KEY)] });
    expect(refs.map((ref) => ref.kind === 'object' && ref.key)).toEqual([KEY]);
    expect(problem?.reason).toMatch(/^a part of the (message|S3 notification) names no/);
  });

  it('bounds the excerpt and says how many problems there are', () => {
    const { problem } = parse({ Records: [s3Record('%'), s3Record('%'), s3Record('x'.repeat(2_000))] });
    expect(problem?.excerpt).toHaveLength(512);
    expect(problem?.reason).toMatch(/\(and 2 more\)$/);
  });

  it('stops at a number of objects that no message of AWS names, and says so', () => {
    const keys = Array.from({ length: 10_001 }, (_, index) => `k${index}`);
    const { refs, problem } = parse({ s3Bucket: 'logs', s3ObjectKey: keys });
    expect(refs).toHaveLength(10_000);
    expect(problem?.reason).toBe('the message names more than 10000 objects');
  });

  it('never throws, and keeps what it passes over apart from what it reads', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        const { refs, problem, skipped } = parse(body);
        expect(refs.length > 0 || problem !== undefined || Object.keys(skipped).length > 0).toBe(true);
      }),
    );
  });
});
