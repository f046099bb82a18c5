import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canJudge, createRecordJudge, type Needle } from '../../../../src/pipeline/decode/record-judge.ts';

const { compileRecordJudge } = (await import(
  new URL('../../../../scripts/build-record-judge.mjs', import.meta.url).href
)) as { compileRecordJudge: () => Promise<string> };

const VERSION: Needle = { text: '{"eventversion":"', kind: 'version' };
const NAME: Needle = { text: '"eventname"', kind: 'name' };

function judgeOf(
  texts: readonly string[],
  {
    eventNames = [],
    identityTypes = [],
    sample = '',
  }: Partial<Record<'eventNames' | 'identityTypes', string[]>> & {
    sample?: string;
  } = {},
) {
  const judge = createRecordJudge(
    {
      needles: [
        VERSION,
        NAME,
        ...identityTypes.map((type): Needle => ({ text: `"${type}"`, kind: 'type' })),
        ...texts.map((text): Needle => ({ text, kind: 'passes' })),
      ],
      eventNames: new Set(eventNames),
      identityTypes: new Set(identityTypes),
      versionKey: '{"eventVersion":"',
      identityKey: ',"userIdentity":{"type":"',
    },
    Buffer.from(sample),
  );
  return (text: string, byLine = false) => {
    const { seen, starts, ends, indexes } = judge(Buffer.from(text), byLine);
    return {
      seen,
      records: indexes.map((index, at) => [index, Buffer.from(text).toString('utf8', starts[at], ends[at])]),
    };
  };
}

const record = (rest: string, name = 'GetX', type = 'IAMUser') =>
  `{"eventVersion":"1.08","userIdentity":{"type":"${type}"},"eventName":"${name}"${rest}}`;

describe('a region of records', () => {
  it('gives those that show a needle, in any case, wherever they stand', () => {
    const judge = judgeOf(['trufflehog']);
    const records = Array.from({ length: 70 }, (_, at) =>
      record(`,"k":"${'x'.repeat(at)}${at % 7 === 0 ? 'TruffleHOG' : 'truffleho'}"`),
    );
    const { seen, records: found } = judge(records.join(','));
    expect(seen).toBe(70);
    expect(found).toEqual(records.flatMap((text, at) => (at % 7 === 0 ? [[at, text]] : [])));
  });

  it('gives those with one of the names or of the types', () => {
    const judge = judgeOf([], { eventNames: ['deleteuser'], identityTypes: ['root'] });
    const records = [
      record(''),
      record('', 'DeleteUser'),
      record('', 'DeleteUsers'),
      record('', 'GetX', 'Root'),
      record('', 'GetX', 'Roots'),
    ];
    expect(judge(records.join(',')).records).toEqual([
      [1, records[1]],
      [3, records[3]],
    ]);
  });

  it('gives those of which the bytes are not sure', () => {
    const judge = judgeOf(['needle'], { identityTypes: ['root'] });
    const unsure = [
      '{"eventVersion":"1.08","userIdentity":{"type":"IAMUser"}}',
      record(',"b":{"eventName":"GetY"}'),
      record(',"b":"\\u006eeedle"'),
      record(',"b":"a\\/b"'),
      record(',"b":"needle\u212A"'.replace('needle', 'n')),
      record(',"b":"\u0130"'),
      record(',"b":"\u017F"'),
      '{"eventVersion":"1.08","eventName":"GetX","userIdentity":{"type":"Root"}}',
    ];
    const sure = [
      record(',"b":"\u212B\u0131 ü 日本"'),
      record(',"b":"say \\"x\\" \\n"'),
      '{"eventVersion":"1.08","eventName":"GetX","userIdentity":{"type":"AssumedRole"}}',
    ];
    const all = [...unsure, ...sure];
    expect(judge(all.join(',')).records.map(([index]) => index)).toEqual(unsure.map((_, at) => at));
  });

  it('takes lines one by one, with and without a return, and counts empty ones', () => {
    const judge = judgeOf(['needle']);
    const lines = [record(''), record(',"b":"needle"'), '', record('')];
    for (const end of ['\n', '\r\n']) {
      expect(judge(lines.join(end), true)).toEqual({
        seen: 4,
        records: [
          [1, lines[1]],
          [2, ''],
        ],
      });
    }
  });

  it('agrees with the definition for any needles, texts and samples', () => {
    const word = (min: number, max: number) =>
      fc
        .array(fc.constantFrom('a', 'b', 'B', 'q', '1', 'A', 'r'), { minLength: min, maxLength: max })
        .map((all) => all.join(''));
    fc.assert(
      fc.property(
        fc.array(word(4, 20), { minLength: 1, maxLength: 40 }),
        fc.array(word(0, 90), { minLength: 1, maxLength: 6 }),
        word(0, 200),
        fc.boolean(),
        (needles, texts, sample, byLine) => {
          const lower = [...new Set(needles.map((needle) => needle.toLowerCase()))];
          const records = texts.map((text) => record(`,"b":"${text}"`));
          const expected = records.flatMap((text, at) =>
            lower.some((needle) => text.toLowerCase().includes(needle)) ? [[at, text]] : [],
          );
          const { seen, records: found } = judgeOf(lower, { sample })(
            records.join(byLine ? '\n' : ','),
            byLine,
          );
          expect({ seen, found }).toEqual({ seen: records.length, found: expected });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the compiled code', () => {
  it('runs on this machine', () => {
    expect(canJudge()).toBe(true);
  });

  it('is what its source compiles to', async () => {
    const committed = new URL('../../../../src/pipeline/decode/record-judge-wasm.ts', import.meta.url);
    expect(readFileSync(committed, 'utf8')).toBe(await compileRecordJudge());
  });
});
