import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAsnTable } from '../../../../src/adapters/places/asn-table.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const table = readAsnTable(
  bytes(
    '16777216,16777471,13335,"Cloudflare, Inc."\n16778240,16779263,38803,Say "hello"\n3758096128,3758096383,7,Last',
  ),
  bytes(
    [
      '2001:200::,2001:200:5ff:ffff:ffff:ffff:ffff:ffff,2500,WIDE Project',
      '2001:200:600::,2001:200:600:7fff:ffff:ffff:ffff:ffff,667,First half',
      '2001:200:600:8000::,2001:200:600:ffff:ffff:ffff:ffff:ffff,668,"Second ""half"""',
      '2a00:1:2:3::,2a00:1:2:ffff:ffff:ffff:ffff:ffff,9,Odd',
    ].join('\n'),
  ),
);

describe('a table of networks', () => {
  it.each<[string, number, string]>([
    ['1.0.0.0', 13335, 'Cloudflare, Inc.'],
    ['1.0.0.255', 13335, 'Cloudflare, Inc.'],
    ['1.0.7.255', 38803, 'Say "hello"'],
    ['223.255.255.1', 7, 'Last'],
    ['2001:200::1', 2500, 'WIDE Project'],
    ['2001:200:5ff::1', 2500, 'WIDE Project'],
    ['2001:200:600::', 667, 'First half'],
    ['2001:200:600:7fff::1', 667, 'First half'],
    ['2001:200:600:8000::1', 668, 'Second "half"'],
    ['2001:200:600:8000:1:2:3:4', 668, 'Second "half"'],
  ])('finds %s in %i', (address, asn, asnName) => {
    expect(table.find(address)).toEqual({ asn, asnName });
  });

  it.each([
    '0.0.0.0',
    '1.0.1.0',
    '1.0.8.0',
    '255.255.255.255',
    '::1',
    '2001:1ff:ffff::',
    '2001:200:601::',
    'ffff::',
  ])('knows nothing of %s', (address) => {
    expect(table.find(address)).toBeUndefined();
  });

  it('knows nothing of anything where the files are empty', () => {
    const empty = readAsnTable(bytes(''), bytes('\n'));
    expect(empty.find('1.0.0.1')).toBeUndefined();
    expect(empty.find('2001:200::1')).toBeUndefined();
  });

  it('finds every address of every range, and none beside them', () => {
    const ranges = fc
      .uniqueArray(fc.integer({ min: 1, max: 2 ** 32 - 2 }), { minLength: 2, maxLength: 40 })
      .map((cuts) => cuts.toSorted((a, b) => a - b))
      .map((cuts) => cuts.flatMap((cut, at) => (at % 2 === 1 ? [[cuts[at - 1]!, cut] as const] : [])));
    const text = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
    fc.assert(
      fc.property(ranges, (all) => {
        const rows = all.map(([start, end], at) => `${start},${end},${at + 1},N${at + 1}`).join('\n');
        const { find } = readAsnTable(bytes(rows), bytes(''));
        for (const [at, [start, end]] of all.entries()) {
          for (const value of [start, end, Math.floor((start + end) / 2)])
            expect(find(text(value))?.asn).toBe(at + 1);
          for (const value of [start - 1, end + 1]) {
            const inside = all.findIndex(([from, to]) => value >= from && value <= to);
            expect(find(text(value))?.asn).toBe(inside < 0 ? undefined : inside + 1);
          }
        }
      }),
    );
  });
});
