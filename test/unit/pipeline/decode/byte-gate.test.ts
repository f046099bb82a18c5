import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CloudTrailRecord } from '../../../../src/domain/event.ts';
import { createRuleIndex } from '../../../../src/language/sigma/rule-index.ts';
import type { CompiledRule } from '../../../../src/language/sigma/rule-set.ts';
import { someWitness, type Witness } from '../../../../src/language/sigma/witness.ts';
import { type ByteGate, createByteGate } from '../../../../src/pipeline/decode/byte-gate.ts';
import { createRecordStream } from '../../../../src/pipeline/decode/record-stream.ts';
import { aRuleSet, aRuleText } from '../../../helpers/a-rule-set.ts';

/** Rules of every kind that the bytes can be asked for, and one for each test of absence. */
const DETECTIONS: readonly unknown[] = [
  { s: { eventName: ['CreateUser', 'Kill'] }, condition: 's' },
  { s: { eventName: 'PutKey', 'userAgent|contains': 'kiwi' }, condition: 's' },
  { s: { eventSource: 'iam.amazonaws.com', 'eventName|startswith': 'Delete' }, condition: 's' },
  { s: { 'userIdentity.type': 'Root' }, f: { eventType: 'AwsServiceEvent' }, condition: 's and not f' },
  { s: { userAgent: 'TruffleHog' }, condition: 's' },
  { s: { 'userIdentity.arn|re': '.+:assumed-role/aws:.+' }, condition: 's' },
  { s: { 'userIdentity.arn|re|i': 'skull' }, condition: 's' },
  { s: { 'requestParameters|contains': '"status":"Suspended"' }, condition: 's' },
  { s: { 'requestParameters.items.name|endswith': 'needle' }, condition: 's' },
  { s: { 'errorCode|exists': true, 'requestParameters.key': 12 }, condition: 's' },
  { s: ['keyword-here'], condition: 's' },
];

function rulesOf(detections: readonly unknown[]): readonly CompiledRule[] {
  return aRuleSet(detections.map((one, at) => aRuleText(one, { id: `rule-${at}` }))).detections;
}

function matchesOf(rules: readonly CompiledRule[], record: unknown): string[] {
  const subject = { record: record as CloudTrailRecord };
  return rules.filter((rule) => rule.matches(subject)).map((rule) => rule.info.id);
}

function gateOf(witness: Witness): ByteGate {
  const gate = createByteGate(witness);
  if (gate === undefined) throw new Error('there is no gate here');
  return gate;
}

type Matches = readonly (readonly [index: number, rules: readonly string[]])[];

/** Every rule asked of every record that JSON.parse finds. */
function naive(rules: readonly CompiledRule[], records: readonly unknown[]): Matches {
  return records
    .map((record, index) => [index, matchesOf(rules, record)] as const)
    .filter(([, matching]) => matching.length > 0);
}

function streamed(rules: readonly CompiledRule[], text: string, gated: boolean, chunkBytes: number): Matches {
  const witness = someWitness(rules.map((rule) => rule.witness));
  if (witness === undefined) throw new Error('these rules have no witness');
  const found: (readonly [number, readonly string[]])[] = [];
  const rulesFor = createRuleIndex(rules);
  const stream = createRecordStream({
    gate: gated ? gateOf(witness) : undefined,
    onRecord: (record, index) => {
      const matching = matchesOf(rulesFor(record as CloudTrailRecord), record);
      if (matching.length > 0) found.push([index, matching]);
    },
    onProblem: (line, message) => expect.fail(`${line}: ${message}`),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    stream.push(Buffer.from(bytes.subarray(at, at + chunkBytes)));
  }
  stream.end();
  return found;
}

/** The ways in which the same records may be written. */
const WRITINGS: readonly ((records: readonly unknown[]) => string)[] = [
  (records) => JSON.stringify({ Records: records }),
  (records) => JSON.stringify(records),
  (records) => JSON.stringify({ Records: records }, null, 2),
  (records) => records.map((record) => JSON.stringify(record)).join('\n'),
  (records) => records.map((record) => JSON.stringify({ Records: [record] })).join('\r\n'),
  (records) => JSON.stringify({ Records: records }).replaceAll('":', '" :'),
  (records) => JSON.stringify({ Records: records }).replaceAll('":', '": '),
  (records) => JSON.stringify({ Records: records }).replaceAll('"eventName"', '"\\u0065ventName"'),
  (records) => JSON.stringify({ Records: records }).replaceAll('oo', '\\u006fo').replaceAll('/', '\\/'),
  (records) => records.map((record) => JSON.stringify(record).replaceAll('k', '\\u006b')).join('\n'),
];

function expectNoDifference(rules: readonly CompiledRule[], records: readonly unknown[]): number {
  const expected = naive(rules, records);
  for (const write of WRITINGS) {
    const text = write(records);
    for (const gated of [true, false]) expect(streamed(rules, text, gated, 4096)).toEqual(expected);
  }
  return expected.length;
}

const word = fc.constantFrom(
  'Root',
  'rOOT',
  'CreateUser',
  'createuser',
  'Kill',
  '\u212Aill',
  'PutKey',
  'DeleteX',
  'TruffleHog',
  'TRUFFLEHOG',
  'kiwi',
  '\u212Aiwi',
  's\u212Aull',
  '\u017Fkull',
  'arn:aws:sts::1:assumed-role/aws:x/i-1',
  'iam.amazonaws.com',
  'say "eventName":"CreateUser" twice',
  '},{"eventVersion":"1.08","eventName":"Kill"}',
  'a keyword-here b',
  'KEYWORD-HERE',
  'a needle',
  'back\\slash',
  'ünï',
  '',
  'Suspended',
  '12',
);
const value = fc.oneof(
  { weight: 4, arbitrary: word },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(12, 1.2e1, true, null, ['Root', 'TruffleHog'], { a: 'Root' }),
  },
);
const someOf = (keys: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.record(keys, { requiredKeys: [] });
const event = someOf({
  eventVersion: fc.constantFrom<unknown>('1.08', '1.11', 1),
  userIdentity: fc.oneof(someOf({ type: value, arn: value, sessionContext: someOf({ type: value }) }), value),
  'userIdentity.type': word,
  eventSource: value,
  eventName: value,
  userAgent: value,
  eventType: fc.constantFrom('AwsServiceEvent', 'AwsApiCall'),
  errorCode: value,
  requestParameters: fc.oneof(
    someOf({
      key: value,
      status: value,
      eventName: value,
      eventVersion: value,
      items: fc.array(someOf({ eventVersion: value, name: value, eventName: value })),
    }),
    value,
  ),
  extra: value,
});

describe('the gate', () => {
  it('changes nothing on generated events, however they are written', () => {
    const rules = rulesOf(DETECTIONS);
    let found = 0;
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 6 }), (records) => {
        found += expectNoDifference(rules, records);
      }),
      { numRuns: 250 },
    );
    expect(found).toBeGreaterThan(200);
  });

  it('changes nothing for any one of the rules', () => {
    const single = DETECTIONS.map((detection) => rulesOf([detection]));
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 4 }), (records) => {
        for (const rules of single) expectNoDifference(rules, records);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves out nearly all that cannot match', () => {
    const rules = rulesOf(DETECTIONS.slice(0, 6));
    const witness = someWitness(rules.map((rule) => rule.witness));
    if (witness === undefined) throw new Error('no witness');
    const identity = { type: 'AssumedRole' };
    const quiet = Array.from({ length: 99 }, (_, id) => ({
      eventVersion: '1.08',
      userIdentity: identity,
      eventName: `List${id}`,
    }));
    const loud = { eventVersion: '1.08', userIdentity: identity, eventName: 'CREATEUSER' };
    const judged = gateOf(witness).judgeRecords(
      Buffer.from([...quiet, loud].map((one) => JSON.stringify(one)).join(',')),
    );
    expect({ seen: judged.seen, indexes: judged.indexes }).toEqual({ seen: 100, indexes: [99] });
  });

  it('rests where most records pass, and tries again', () => {
    const witness = {
      eventNames: new Set(['a']),
      identityTypes: new Set<string>(),
      texts: new Set<string>(),
      rank: 0,
    };
    const gate = gateOf(witness);
    const passing = Array.from({ length: 300 }, () => '{"eventVersion":"1","eventName":"A"}').join(',');
    expect(gate.isOpenFor(1000)).toBe(true);
    gate.judgeRecords(Buffer.from(passing));
    expect(gate.isOpenFor(4 * 1024 * 1024)).toBe(false);
    expect(gate.isOpenFor(1000)).toBe(true);
  });
});

const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));

describe.skipIf(!existsSync(`${data}cloudtrail`))(
  'the gate (needs the shared data beside the repository)',
  () => {
    const folder = `${data}sigmahq/rules/cloud/aws/cloudtrail/`;
    const texts = () =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.yml'))
        .map((name) => readFileSync(folder + name, 'utf8'));
    const linesOf = (file: string): unknown[] => {
      const bytes = readFileSync(`${data}cloudtrail/${file}`);
      const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]));
    };

    it('changes nothing for the rules of SigmaHQ on real events', () => {
      const rules = aRuleSet(texts()).detections;
      const files = readdirSync(`${data}cloudtrail`).filter((name) => name.endsWith('.cloudtrail.ndjson'));
      const records = [...files.flatMap(linesOf), ...linesOf('background.ndjson.gz').slice(0, 2000)];
      expect(expectNoDifference(rules, records)).toBeGreaterThan(300);
      const precise = rules.filter((rule) => !rule.info.title.includes('AssumeRole Misuse'));
      expect(expectNoDifference(precise, records)).toBeGreaterThan(100);
    });

    it('finds a witness for every one of them', () => {
      expect(aRuleSet(texts()).detections.filter((rule) => rule.witness === undefined)).toEqual([]);
    });
  },
);
