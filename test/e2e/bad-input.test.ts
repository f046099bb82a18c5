import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inlineRecords, s3Notification } from '../emulators/aws/notify.ts';
import { type AStack, aStack, NOON } from '../helpers/a-stack.ts';
import { aRecord } from '../helpers/an-event.ts';

const BUCKET = 'cloudtrail-logs';
const TIME = '2026-11-20T11:55:00Z';

/** Somebody stops the trail: a good record, to be found among bad ones. */
const stops = (user: string, more: Readonly<Record<string, unknown>> = {}) =>
  aRecord({
    eventTime: TIME,
    userIdentity: {
      type: 'IAMUser',
      arn: `arn:aws:iam::111122223333:user/${user}`,
      accountId: '111122223333',
      userName: user,
    },
    ...more,
  });

const whole = gzipSync(JSON.stringify({ Records: [stops('cut-off')] }));

const BAD_OBJECTS: readonly {
  readonly name: string;
  readonly bytes: Uint8Array | string | undefined;
  readonly reason: RegExp;
}[] = [
  { name: 'missing', bytes: undefined, reason: /not there|does not exist|gone|NoSuchKey/i },
  { name: 'not-gzip', bytes: Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x81]), reason: /neither gzip nor text/ },
  { name: 'broken-gzip', bytes: Buffer.from([0x1f, 0x8b, 0x08, 0xff, 0x00, 0x01]), reason: /gzip data is/ },
  { name: 'truncated', bytes: whole.subarray(0, whole.length - 20), reason: /gzip data is truncated/ },
  { name: 'not-json', bytes: gzipSync('<html>Access denied</html>'), reason: /not JSON/ },
  { name: 'no-records', bytes: gzipSync('{"digestS3Bucket":"x"}'), reason: /no "Records"/ },
  { name: 'records-no-list', bytes: gzipSync('{"Records":{}}'), reason: /"Records" is not a list/ },
  { name: 'too-large', bytes: Buffer.alloc(20_000, 'x'), reason: /larger than 16384 bytes/ },
  {
    name: 'too-large-inflated',
    bytes: gzipSync(JSON.stringify({ Records: [], padding: 'x'.repeat(300_000) })),
    reason: /inflates to more than 262144 bytes/,
  },
  {
    name: 'too-many',
    bytes: gzipSync(JSON.stringify({ Records: Array.from({ length: 60 }, () => ({})) })),
    reason: /60 records, more than 50/,
  },
];

const BAD_MESSAGES: readonly { readonly body: string; readonly reason: RegExp }[] = [
  { body: 'this is not JSON', reason: /not JSON/ },
  { body: '["JSON, but no message"]', reason: /not an object/ },
  { body: '{"hello":"unknown kind"}', reason: /unknown kind of message/ },
];

const keyOf = (name: string) =>
  `AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/20/111122223333_CloudTrail_eu-west-1_20261120T1155Z_${name}.json.gz`;

describe('bad input among good', () => {
  let stack: AStack;

  beforeAll(async () => {
    stack = await aStack({
      config: {
        limits: {
          maxObjectBytes: 16_384,
          maxInflatedBytes: 262_144,
          maxRecords: 50,
          maxRecordCharacters: 4096,
        },
        ingest: { attempts: 2, retryDelayMs: 20, pollSeconds: 1, visibilitySeconds: 10 },
      },
    });
    for (const { body } of BAD_MESSAGES) await stack.send(body);
    await stack.deliver({ records: [stops('before')] });
    for (const { name, bytes } of BAD_OBJECTS) {
      if (bytes !== undefined) await stack.aws.putObject(BUCKET, keyOf(name), bytes);
      await stack.send(s3Notification({ bucket: BUCKET, key: keyOf(name), at: NOON }));
    }
    // One message that names a good object beside a bad one, and a part that names nothing.
    await stack.aws.putObject(
      BUCKET,
      keyOf('good'),
      gzipSync(JSON.stringify({ Records: [stops('beside')] })),
    );
    const mixed = JSON.parse(
      s3Notification(
        { bucket: BUCKET, key: keyOf('also-missing'), at: NOON },
        { bucket: BUCKET, key: keyOf('good'), at: NOON },
      ),
    ) as { Records: unknown[] };
    await stack.send(JSON.stringify({ Records: [...mixed.Records, { s3: {} }] }));
    await stack.deliver({
      records: [
        stops('in-the-middle'),
        'a text',
        null,
        { eventName: 'StopLogging' },
        stops('large', { userAgent: 'x'.repeat(5000) }),
        stops('beside-broken'),
      ],
    });
    await stack.send(inlineRecords([stops('inline'), { eventName: 7, userIdentity: {} }]));
    await stack.settle();
  }, 60_000);
  afterAll(() => stack.stop());

  const letters = async () => (await stack.entries('dead-letter')).map(({ deadLetter }) => deadLetter);

  it.each(BAD_OBJECTS)(
    'an object that is $name is a dead letter with its place',
    async ({ name, reason }) => {
      const place = `s3://${BUCKET}/${keyOf(name)}`;
      const own = (await letters()).filter(({ reference }) => reference === place);
      expect(own).toHaveLength(1);
      expect(own[0]?.reason).toMatch(reason);
      expect(own[0]).toMatchObject({ queue: 'trail', attempts: 2, ref: { key: keyOf(name) } });
      const listed = await stack.observer.stores.deadLetters.list(100);
      expect(listed.map(({ reference }) => reference)).toContain(place);
      const lines = (await stack.ledger()).filter(
        ({ ref }) => ref.kind === 'object' && ref.key === keyOf(name),
      );
      expect(lines).toMatchObject([{ outcome: 'dead-lettered', reason: own[0]?.reason }]);
    },
  );

  it.each(BAD_MESSAGES)('the message $body is a dead letter with its text', async ({ body, reason }) => {
    const own = (await letters()).filter(({ reference }) => reference === body);
    expect(own).toHaveLength(1);
    expect(own[0]?.reason).toMatch(reason);
    expect(own[0]?.attempts).toBe(2);
  });

  it('loses nothing good: not before, beside, among or after it', () => {
    const actors = stack.hive.state.observables
      .filter(({ dataType, parent }) => dataType === 'aws-principal' && parent.kind === 'case')
      .map(({ data }) => data.split('/').at(-1))
      .sort();
    expect(actors).toEqual(['before', 'beside', 'beside-broken', 'in-the-middle', 'inline']);
  });

  it('sets broken records aside alone, and counts them', async () => {
    const aside = (await stack.ledger()).filter(({ setAside }) => setAside > 0);
    expect(aside.map(({ records, setAside, findings }) => [records, setAside, findings]).sort()).toEqual([
      [2, 1, 1],
      [6, 4, 2],
    ]);
    expect(await stack.metric('records_set_aside')).toBe(5);
  });

  it('reports the unreadable part of a message and goes on with the rest', async () => {
    const parts = (await letters()).filter(({ reason }) => /no readable bucket/.test(reason));
    expect(parts).toHaveLength(1);
    const missing = (await letters()).filter(({ reference }) => reference.includes('also-missing'));
    expect(missing).toHaveLength(1);
    expect(await letters()).toHaveLength(BAD_OBJECTS.length + BAD_MESSAGES.length + 2);
  });

  it('deletes the messages', async () => {
    expect(await stack.aws.counts(stack.trail.queueUrl)).toEqual({ visible: 0, inFlight: 0 });
  });
});

describe('records without a readable time or id', () => {
  it('alert by themselves, with the time of the object and a hash as id, but enter no window', async () => {
    const stack = await aStack();
    const denied = (index: number, more: Readonly<Record<string, unknown>>) =>
      aRecord({
        eventName: 'ListUsers',
        eventSource: 'iam.amazonaws.com',
        eventTime: TIME,
        errorCode: 'AccessDenied',
        requestID: `denied-${index}`,
        ...more,
      });
    const twelve = Array.from({ length: 12 }, (_, index) => index);
    await stack.deliver({
      records: [
        stops('timeless', { eventTime: 'yesterday' }),
        stops('nameless', { eventID: undefined }),
        ...twelve.map((index) => denied(index, { eventTime: 'about noon' })),
        ...twelve.map((index) => denied(index, { eventID: undefined, eventTime: TIME })),
      ],
    });
    await stack.settle();

    const { alerts } = stack.hive.state;
    expect(alerts.map(({ type }) => type)).toEqual([
      'cloudtrail.trail.tampering',
      'cloudtrail.trail.tampering',
    ]);
    const findings = (await stack.entries('finding')).map(({ finding }) => finding.evidence[0]);
    const timeless = findings.find((evidence) => evidence?.actor.name === 'timeless');
    const nameless = findings.find((evidence) => evidence?.actor.name === 'nameless');
    expect(timeless?.time).toBe(NOON);
    expect(nameless).toMatchObject({
      time: Date.parse(TIME),
      eventId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect((await stack.ledger()).map(({ records, setAside }) => [records, setAside])).toEqual([[26, 0]]);

    // The same denied calls with time and id are enough for an alert.
    await stack.deliver({ records: twelve.map((index) => denied(index, {})) });
    await stack.settle();
    expect(alerts.map(({ type }) => type)).toContain('discovery.denied_calls');
    await stack.stop();
  });
});
