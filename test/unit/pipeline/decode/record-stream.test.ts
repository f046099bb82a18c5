import { describe, expect, it } from 'vitest';
import type { Witness } from '../../../../src/language/sigma/witness.ts';
import { createByteGate } from '../../../../src/pipeline/decode/byte-gate.ts';
import { createRecordStream } from '../../../../src/pipeline/decode/record-stream.ts';

interface Read {
  readonly records: unknown[];
  readonly indexes: number[];
  readonly lines: number[];
  readonly problems: string[];
  readonly seen: number;
}

function read(text: string | Buffer, chunkBytes = 1 << 20, witness?: Witness): Read {
  const bytes = Buffer.from(text as string);
  const records: unknown[] = [];
  const indexes: number[] = [];
  const lines: number[] = [];
  const problems: string[] = [];
  const stream = createRecordStream({
    gate: witness && createByteGate(witness),
    onRecord: (record, index, line) => {
      records.push(record);
      indexes.push(index);
      lines.push(line);
    },
    onProblem: (line, message) => problems.push(`${line}: ${message}`),
  });
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    stream.push(Buffer.from(bytes.subarray(at, at + chunkBytes)));
  }
  stream.end();
  return { records, indexes, lines, problems, seen: stream.records };
}

const a = {
  eventVersion: '1.08',
  userIdentity: { type: 'Root' },
  eventName: 'A',
  note: '},{"eventVersion":"',
};
const b = { eventVersion: '1.08', eventName: 'B', list: [{ eventVersion: '1' }, { eventVersion: '2' }] };
const c = { awsRegion: 'x', eventName: 'Ç' };
const list = { Records: [a, b, c] };

const LAYOUTS: readonly (readonly [string, string])[] = [
  ['as AWS delivers it', JSON.stringify(list)],
  ['with a line feed at the end', `${JSON.stringify(list)}\n`],
  ['over many lines', JSON.stringify(list, null, 2)],
  ['with blanks', ` { "Records" : [ ${[a, b, c].map((one) => JSON.stringify(one)).join(' , ')} ] } `],
  ['with keys behind the list', `${JSON.stringify(list).slice(0, -1)},"more":{"a":["]}"]}}`],
  ['a list', JSON.stringify([a, b, c])],
  ['one record a line', [a, b, c].map((one) => JSON.stringify(one)).join('\n')],
  ['lines with returns and gaps', `\r\n${[a, b, c].map((one) => JSON.stringify(one)).join('\r\n\r\n')}\r\n`],
  ['one log file a line', [[a, b], [c]].map((Records) => JSON.stringify({ Records })).join('\n')],
  ['a record, then a log file', `${JSON.stringify(a)}\n${JSON.stringify({ Records: [b, c] })}\n`],
  ['behind a byte order mark', `\uFEFF${JSON.stringify(list)}`],
];

describe('createRecordStream', () => {
  it.each(LAYOUTS)('reads records %s, however the bytes are cut', (_name, text) => {
    for (const chunkBytes of [1 << 20, 100, 7, 3]) {
      expect(read(text, chunkBytes)).toMatchObject({ records: [a, b, c], indexes: [0, 1, 2], problems: [] });
    }
  });

  it.each([
    ['one record over many lines', JSON.stringify(a, null, 2), [a]],
    ['a list of nothing', '{"Records":[]}', []],
    ['nothing', '', []],
    ['values that are no objects', '[1,"x",null,true,[2]]', [1, 'x', null, true, [2]]],
  ])('reads %s', (_name, text, records) => {
    for (const chunkBytes of [1 << 20, 5])
      expect(read(text, chunkBytes)).toMatchObject({ records, problems: [] });
  });

  it('says on which line a document starts', () => {
    const text = `\n${JSON.stringify(a)}\n\n${JSON.stringify(list)}\n${JSON.stringify(b)}`;
    expect(read(text).lines).toEqual([2, 4, 4, 4, 5]);
  });

  it('passes over a line that is broken, and says which', () => {
    const text = `${JSON.stringify(a)}\n{"eventName":\n${JSON.stringify(b)}\n`;
    expect(read(text)).toMatchObject({
      records: [a, b],
      problems: ['2: this line is not JSON. It is passed over.'],
    });
  });

  it('goes on with the next line where a log file on one line is broken', () => {
    const text = `${JSON.stringify(list).slice(0, -10)}\n${JSON.stringify(list)}\n`;
    expect(read(text)).toMatchObject({
      records: [a, b, a, b, c],
      problems: ['1: this line is not JSON. The rest of it is passed over.'],
    });
  });

  it('tells of the records before the place where a file ends too early', () => {
    const text = JSON.stringify(list, null, 2).slice(0, -30);
    const { records, problems } = read(text);
    expect(records).toEqual([a, b]);
    expect(problems).toHaveLength(1);
  });

  it('says so where a file is no JSON at all', () => {
    expect(read('hello\nworld\n')).toMatchObject({ records: [], problems: ['0: neither JSON nor NDJSON.'] });
  });

  it('reads many records in batches', () => {
    const many = Array.from({ length: 3000 }, (_, id) => ({ ...a, id }));
    expect(read(JSON.stringify({ Records: many }), 100_000)).toMatchObject({ records: many, problems: [] });
    expect(read(many.map((one) => JSON.stringify(one)).join('\n'), 100_000).records).toEqual(many);
  });

  it('leaves out what the gate does not let through, and counts it', () => {
    const witness = {
      eventNames: new Set(['b']),
      identityTypes: new Set<string>(),
      texts: new Set<string>(),
      rank: 0,
    };
    const records = [
      { ...a, note: '' },
      { eventVersion: '1', eventName: 'B' },
      { eventVersion: '1', eventName: 'C' },
    ];
    const whole = JSON.stringify({ Records: records });
    expect(read(whole, 1 << 20, witness)).toMatchObject({ records: [records[1]], indexes: [1], seen: 3 });
    // The first line says what the file is, so it is always parsed.
    const lines = records.map((one) => JSON.stringify(one)).join('\n');
    expect(read(lines, 1 << 20, witness)).toMatchObject({
      records: records.slice(0, 2),
      indexes: [0, 1],
      seen: 3,
    });
  });
});
