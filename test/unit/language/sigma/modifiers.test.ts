import { describe, expect, it } from 'vitest';
import { MODIFIERS, parseModifierChain } from '../../../../src/language/sigma/modifier-chain.ts';
import { aRuleText, itemMatches, loadTexts } from '../../../helpers/a-rule-set.ts';

const ABSENT = Symbol('absent');

/** The record `{ f: value }`, or one without f. */
function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return value === ABSENT ? { g: 1 } : { f: value };
}

type Row = readonly [key: string, value: unknown, matching: readonly unknown[], other: readonly unknown[]];

const ROWS: readonly Row[] = [
  ['f', 'abc', ['abc', 'ABC', ['x', 'Abc'], [['abc']]], ['abcd', '', null, ABSENT, [], { a: 'abc' }, 5]],
  ['f', ['a', 'b'], ['a', 'B', ['x', 'b']], ['c', null, ABSENT]],
  ['f', 5, [5, '5', [5]], [50, '5.0', '05', null, ABSENT, true]],
  ['f', '5', [5, '5'], [55]],
  ['f', 1.5, [1.5, '1.5'], [1]],
  ['f', true, [true, 'true', 'TRUE'], [false, 1, null, ABSENT]],
  ['f', 'false', [false, 'false'], [true, null, ABSENT]],
  ['f', null, [null, ABSENT, [null]], ['', 0, false, [], {}]],
  ['f', '', ['', ['']], [null, ABSENT, ' ', []]],
  ['f', ['', null], ['', null, ABSENT], ['x']],
  ['f', '*', ['', 'x', 0, false, {}, ['x']], [null, ABSENT, []]],
  ['f', '{"a":1}', [{ a: 1 }], [{ a: 2 }]],
  ['f|contains', 'b', ['abc', 'B', { a: 'b' }, { b: 1 }, ['x', 'ab']], ['ac', null, ABSENT, []]],
  ['f|contains', '*', ['', 'x', { a: 1 }, ['x']], [null, ABSENT, []]],
  ['f|contains', '', ['', 'x'], [null, ABSENT]],
  ['f|contains', 23, [12345, '1234'], [32]],
  [
    'f|contains',
    '"s3:GetObject"',
    [{ policy: '{"Action":"s3:GetObject"}' }, { Action: 's3:GetObject' }],
    [{}],
  ],
  ['f|contains', ['x', 'y'], ['xa', 'ya'], ['za']],
  ['f|contains|all', ['x', 'y'], ['xy', ['ax', 'ay'], { x: 'y' }], ['x', ['x'], null, ABSENT]],
  ['f|all|contains', ['x', 'y'], ['xy'], ['x']],
  ['f|startswith', 'ab', ['abc', 'AB', ['x', 'abc']], ['xab', 'a', null, ABSENT]],
  ['f|startswith', 'a*b', ['axbc', 'ab'], ['xaxb', 'ax']],
  ['f|endswith', 'bc', ['abc', 'BC'], ['bcd', null, ABSENT]],
  ['f|endswith', 'a*b', ['xaxb', 'ab'], ['axbc']],
  ['f|cased', 'Ab', ['Ab'], ['ab', 'AB']],
  ['f|contains|cased', 'Ab', ['xAbx'], ['xabx']],
  ['f|cased', ['Ab', 'a*Z'], ['Ab', 'aZ', 'axZ'], ['az']],
  ['f|exists', true, ['x', '', null, [], {}], [ABSENT]],
  ['f|exists', false, [ABSENT], ['x', '', null, []]],
  ['f|neq', 'a', ['b', '', null, ABSENT, []], ['a', 'A', ['x', 'a']]],
  ['f|neq', ['a', 'b'], ['c', ABSENT], ['a', 'b']],
  ['f|neq', null, ['x', ''], [null, ABSENT]],
  ['f|contains|neq', 'a', ['b', ABSENT], ['xax']],
  ['f|neq|contains|all', ['a', 'b'], ['a', 'b'], ['ab']],
  ['f|re', 'a.c', ['xabcx', ['abc']], ['ABC', 'a\nc', 'ac', null, ABSENT]],
  ['f|re', '^a.*c$', ['abc'], ['xabc']],
  ['f|re', String.raw`^\d{12}$`, [111122223333, '111122223333'], ['1']],
  ['f|re|i', 'a.c', ['ABC'], ['ac']],
  ['f|re|ignorecase', 'abc', ['ABC'], ['ab']],
  ['f|re', '(?i)abc', ['ABC'], ['ab']],
  ['f|re|s', 'a.c', ['a\nc'], ['ac']],
  ['f|re|dotall', 'a.c', ['a\nc'], ['ac']],
  ['f|re|m', '^b$', ['a\nb\nc'], ['ab']],
  ['f|re|multiline|i', '^B$', ['a\nb\nc'], ['ab']],
  ['f|re', ['^a', 'z$'], ['ab', 'yz'], ['bay']],
  ['f|re|all', ['^a', 'z$'], ['abz'], ['ab']],
  ['f|re|neq', '^a', ['b', ABSENT], ['a']],
  [
    'f|re',
    ':assumed-role/aws:',
    ['arn:aws:sts::1:assumed-role/aws:ec2/i-1'],
    ['arn:aws:sts::1:assumed-role/x'],
  ],
  ['f|cidr', '10.0.0.0/8', ['10.1.2.3', '::ffff:10.1.2.3', ['1.1.1.1', '10.0.0.1']], BAD_ADDRESSES()],
  ['f|cidr', '10.1.2.3/8', ['10.255.0.1'], ['11.0.0.1']],
  ['f|cidr', '192.0.2.1', ['192.0.2.1'], ['192.0.2.2']],
  ['f|cidr', '0.0.0.0/0', ['203.0.113.7'], ['2001:db8::1', '']],
  ['f|cidr', '2001:db8::/32', ['2001:DB8:1::5'], ['2001:db9::1', '10.0.0.1']],
  ['f|cidr', ['10.0.0.0/8', '192.168.0.0/16'], ['192.168.1.1'], ['172.16.0.1']],
  ['f|cidr|neq', '10.0.0.0/8', ['11.0.0.1', ABSENT], ['10.0.0.1']],
  ['f|lt', 5, [4, '4', -1, [9, 1]], [5, 6, 'x', '', null, ABSENT, true]],
  ['f|lte', 5, [5, '5.0'], [5.1]],
  ['f|gt', '5', [6, '6'], [5, '0x10', ' ']],
  ['f|gte', 5, [5, 1e3, '1e3'], [4.99]],
  ['f|gt|neq', 5, [5, 4, ABSENT], [6]],
  ['f|minute', 30, ['2026-11-22T10:30:00Z'], ['2026-11-22T10:31:00Z', 'x', null, ABSENT]],
  ['f|hour', 10, ['2026-11-22T10:30:00Z', '2026-11-22T12:30:00+02:00', '2026-11-22 10:00:00'], ['10']],
  ['f|hour|gte', 22, ['2026-11-22T23:00:00Z'], ['2026-11-22T21:59:59Z', ABSENT]],
  ['f|day', 22, ['2026-11-22', 1795341600, 1795341600000], ['2026-11-23']],
  ['f|week', 53, ['2026-12-31T00:00:00Z', '2027-01-03T00:00:00Z'], ['2027-01-04T00:00:00Z']],
  ['f|week', 1, ['2025-12-29', '2027-01-04'], ['2025-12-28']],
  ['f|month', [11, 12], ['2026-11-22'], ['2026-10-22']],
  ['f|year|lt', 2026, ['2025-12-31T23:59:59Z'], ['2026-01-01T00:00:00Z']],
  ['f|windash', 'x -a', ['x -a', 'x /a', 'x –a', 'x —a', 'x ―a'], ['x a', 'x +a']],
  ['f|windash|contains', ' /a -b', ['z -a /b', 'z –a ―b'], ['z a b']],
  ['f|contains|windash', ' -a', ['x /a b'], ['x a']],
  ['f|windash', 'a-b', ['a-b'], ['a/b']],
  ['f|base64', 'foo bar', ['Zm9vIGJhcg=='], ['foo bar']],
  ['f|base64|contains', 'foo', ['xxZm9v'], ['foo']],
  [
    'f|base64offset|contains',
    'foobar',
    OFFSETS('foobar'),
    ['foobar', Buffer.from('xfooba').toString('base64')],
  ],
  ['f|wide|base64offset|contains', 'ping', OFFSETS(Buffer.from('ping', 'utf16le')), OFFSETS('ping')],
  ['f|utf16le|base64', 'foo', ['ZgBvAG8A'], ['Zm9v']],
  ['f|utf16be|base64', 'foo', ['AGYAbwBv'], ['Zm9v']],
  ['f|utf16|base64', 'foo', ['//5mAG8AbwA='], ['ZgBvAG8A']],
  ['f|wide', 'cmd', ['c\0m\0d\0'], ['cmd']],
];

function BAD_ADDRESSES(): readonly unknown[] {
  return ['11.0.0.1', 'ec2.amazonaws.com', '10.1', '0xa.0.0.1', '', null, ABSENT, 167772161];
}

function OFFSETS(value: string | Buffer): readonly string[] {
  const bytes = Buffer.from(value);
  return ['', 'x', 'xy', 'xyz'].map((head) =>
    Buffer.concat([Buffer.from(head), bytes, Buffer.from('tail')]).toString('base64'),
  );
}

const cases = ROWS.flatMap(([key, value, matching, other]) => [
  ...matching.map((data) => [key, value, data, true] as const),
  ...other.map((data) => [key, value, data, false] as const),
]);

describe('modifiers', () => {
  it.each(cases)('%s: %j on %j is %s', (key, value, data, expected) => {
    expect(itemMatches(key, value, recordOf(data))).toBe(expected);
  });

  it('has a row for every modifier of the language', () => {
    const tested = new Set(ROWS.flatMap(([key]) => key.split('|').slice(1)));
    const testedBelow = ['expand', 'fieldref'];
    expect(MODIFIERS.filter((name) => !tested.has(name))).toEqual(testedBelow);
  });
});

describe('base64offset', () => {
  it('keeps what does not depend on the bytes around it', () => {
    expect(itemMatches('f|base64offset', 'foo', { f: 'Zm9v' })).toBe(true);
    expect(itemMatches('f|base64offset', 'foo', { f: 'Zvb' })).toBe(true);
    expect(itemMatches('f|base64offset', 'foo', { f: 'mb2' })).toBe(true);
  });
});

describe('fieldref', () => {
  it.each([
    ['f|fieldref', { f: 'A', g: 'a' }, true],
    ['f|fieldref', { f: 'a', g: 'b' }, false],
    ['f|fieldref', { f: 5, g: '5' }, true],
    ['f|fieldref', { f: ['x', 'y'], g: ['y', 'z'] }, true],
    ['f|fieldref', { f: 'a' }, false],
    ['f|fieldref', {}, false],
    ['f|fieldref', { f: null, g: null }, false],
    ['f|fieldref|cased', { f: 'A', g: 'a' }, false],
    ['f|fieldref|contains', { f: 'arn:user/bob', g: 'bob' }, true],
    ['f|fieldref|startswith', { f: 'bobby', g: 'bob' }, true],
    ['f|fieldref|endswith', { f: 'arn:user/bob', g: 'BOB' }, true],
    ['f|fieldref|endswith', { f: 'bobby', g: 'bob' }, false],
    ['f|fieldref|neq', { f: 'a', g: 'b' }, true],
    ['f|fieldref|neq', { f: 'a', g: 'a' }, false],
    ['f|fieldref|neq', {}, true],
  ])('%s on %j is %s', (key, record, expected) => {
    expect(itemMatches(key, 'g', record)).toBe(expected);
  });
});

describe('expand', () => {
  const placeholders = new Map([
    ['admins', ['alice', 'bob*']],
    ['offices', ['203.0.113.0/24', 'vpn.example.com']],
    ['networks', ['10.0.0.0/8', '192.0.2.1/32']],
  ]);

  it.each([
    ['f|expand', '%admins%', 'ALICE', true],
    ['f|expand', '%admins%', 'bobby', true],
    ['f|expand', '%admins%', 'carol', false],
    ['f|expand', 'user/%admins%', 'user/alice', true],
    ['f|expand|contains', '%admins%', 'xx alice xx', true],
    ['f|expand', String.raw`\%admins%`, '%admins%', true],
    ['f', '%admins%', '%admins%', true],
    ['f', '%admins%', 'alice', false],
    ['f|expand', '%offices%', '203.0.113.9', true],
    ['f|expand', '%offices%', 'vpn.example.com', true],
    ['f|expand', '%offices%', '203.0.114.9', false],
    ['f|expand|cidr', '%networks%', '10.9.9.9', true],
    ['f|expand|neq', '%networks%', '10.9.9.9', false],
  ])('%s: %s on %s is %s', (key, value, data, expected) => {
    expect(itemMatches(key, value, { f: data }, placeholders)).toBe(expected);
  });

  it.each([
    ['f|expand', '%nobody%', 'is not defined'],
    ['f|expand', '%none%', 'is empty'],
    ['f|expand|cidr', '%nobody%', 'is not defined'],
    ['f|expand|cidr', '%admins%', 'is no network'],
  ])('%s: %s is a problem', (key, value, message) => {
    const text = aRuleText({ s: { [key]: value }, condition: 's' });
    const { problems, ruleSet } = loadTexts([text], new Map([...placeholders, ['none', []]]));
    expect(problems[0]?.message).toContain(message);
    expect(ruleSet.detections).toEqual([]);
  });
});

describe('what a chain must not be', () => {
  it.each([
    ['f|contians', 'a', 'unknown modifier "contians". Did you mean "contains"?'],
    ['f|', 'a', 'unknown modifier ""'],
    ['f|contains|contains', 'a', 'stands twice'],
    ['f|contains|startswith', 'a', 'exclude each other'],
    ['f|re|contains', 'a', 'no meaning beside "re"'],
    ['f|re|cased', 'a', 'no meaning beside "re"'],
    ['f|i', 'a', 'is a flag of "re"'],
    ['f|i|re', 'a', 'is a flag of "re"'],
    ['f|exists|neq', true, 'no meaning beside "exists"'],
    ['f|exists', 'yes', 'takes true or false'],
    ['f|contains|base64', 'a', 'too late in the chain'],
    ['f|base64|wide', 'a', 'too late in the chain'],
    ['f|base64', 'a*', 'a wildcard cannot be encoded'],
    ['f|base64|contains', '', 'too short'],
    ['f|cidr|contains', '10.0.0.0/8', 'no meaning beside "cidr"'],
    ['f|cidr', '10.0.0.0/33', 'is no network'],
    ['f|cidr', 'example.com', 'is no network'],
    ['f|lt', 'x', 'takes a number'],
    ['f|lt|gt', 5, 'exclude each other'],
    ['f|hour', '10:00', 'takes a number'],
    ['f|fieldref', 5, 'the name of a field'],
    ['f|contains', null, 'null has no text'],
    ['f|re', '(?=a)', 'cannot be run'],
    ['f|re', '[', 'cannot be run'],
    ['f|re', null, 'null is no regular expression'],
    ['f|windash', ' -a'.repeat(12), 'more than 4096'],
    ['f', [], 'has no value'],
    ['f', { a: 1 }, 'takes a text, number'],
    ['f', [['a']], 'takes a text, number'],
    ['|startswith', 'a', 'needs a field'],
    ['|exists', true, 'needs a field'],
    ['', 'a', 'has no name'],
    ['<<', 'a', 'merge keys'],
  ])('%s: %j', (key, value, message) => {
    const { problems, ruleSet } = loadTexts([aRuleText({ s: { [key]: value }, condition: 's' })]);
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringContaining(message)]);
    expect(ruleSet.detections).toEqual([]);
  });

  it('tells all unknown modifiers at once', () => {
    expect(parseModifierChain(['foo', 'bar']).errors).toHaveLength(2);
  });
});
