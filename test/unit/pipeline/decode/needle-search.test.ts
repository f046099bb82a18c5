import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNeedleSearch } from '../../../../src/pipeline/decode/needle-search.ts';

function hitsOf(needles: readonly string[], text: string, sample = ''): (readonly [number, number])[] {
  const hits = createNeedleSearch(needles, Buffer.from(sample, 'latin1'))(Buffer.from(text, 'latin1'));
  return Array.from({ length: hits.count }, (_, at) => [hits.places[at] ?? -1, hits.needles[at] ?? -1]);
}

/** The definition: every place of every needle, in any case. */
function allHits(needles: readonly string[], text: string): (readonly [number, number])[] {
  const lower = text.toLowerCase();
  const found: (readonly [number, number])[] = [];
  for (let place = 0; place < text.length; place += 1) {
    needles.forEach((needle, index) => {
      if (lower.startsWith(needle, place)) found.push([place, index]);
    });
  }
  return found;
}

const sorted = (hits: readonly (readonly [number, number])[]) =>
  [...hits].sort(([a, first], [b, second]) => a - b || first - second);

describe('createNeedleSearch', () => {
  it('finds needles in any case, at both ends too', () => {
    expect(hitsOf(['root', 'trufflehog'], 'RooT and TruffleHog, root')).toEqual([
      [0, 0],
      [9, 1],
      [21, 0],
    ]);
  });

  it('finds nothing in nothing, and nothing in less than a needle', () => {
    expect(hitsOf(['root'], '')).toEqual([]);
    expect(hitsOf(['root'], 'roo')).toEqual([]);
  });

  it('agrees with the definition, whatever it was given as a sample', () => {
    const word = (min: number, max: number) =>
      fc.array(fc.constantFrom('a', 'b', 'B', 'A', '"'), { minLength: min, maxLength: max });
    fc.assert(
      fc.property(fc.array(word(4, 14), { minLength: 1, maxLength: 4 }), word(0, 300), (needles, text) => {
        const texts = [...new Set(needles.map((needle) => needle.join('').toLowerCase()))];
        const data = text.join('');
        const hits = hitsOf(texts, data, data.slice(0, 50));
        expect(sorted(hits)).toEqual(allHits(texts, data));
        expect(hits.map(([place]) => place)).toEqual(allHits(texts, data).map(([place]) => place));
      }),
      { numRuns: 500 },
    );
  });
});
