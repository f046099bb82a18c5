import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patternCovers, patternsMeet } from '../../../../src/language/context/pattern-overlap.ts';
import { parseContext } from '../../../../src/language/context.ts';
import { compileGlob } from '../../../../src/language/sigma/glob.ts';
import { parsePattern } from '../../../../src/language/sigma/pattern.ts';

const problemsIn = (...texts: string[]) =>
  parseContext(texts.map((text, index) => ({ file: `${index + 1}.yml`, text }))).problems.map(
    ({ file, line, message }) => `${file}:${line} ${message}`,
  );

describe('contradictions', () => {
  it.each<[string, string[], string[]]>([
    [
      'patterns that cross and say different things',
      ['assets:\n  - { arn: "arn:aws:s3:::pay*", owner: a }\n  - { arn: "arn:aws:s3:::*roll", owner: b }\n'],
      [
        '1.yml:3 "arn:aws:s3:::*roll" and "arn:aws:s3:::pay*" (1.yml:2) fit the same ARNs and differ in "owner". Make one of them more exact, or let them say the same.',
      ],
    ],
    [
      'one pattern twice, in two files',
      [
        'principals: [{ arn: "arn:aws:iam::*:role/a", kind: person }]',
        'principals:\n  - arn: arn:aws:iam::*:role/a\n    kind: pipeline\n',
      ],
      [
        '2.yml:2 "arn:aws:iam::*:role/a" and "arn:aws:iam::*:role/a" (1.yml:1) fit the same ARNs and differ in "kind". Make one of them more exact, or let them say the same.',
      ],
    ],
    [
      'one within the other: the more exact one is meant',
      [
        'assets:\n  - { arn: "arn:aws:s3:::*", criticality: low }\n  - { arn: "arn:aws:s3:::pay", criticality: critical }\n',
      ],
      [],
    ],
    [
      'crossing ones that agree, or speak of different things',
      [
        'assets:\n  - { arn: "arn:aws:s3:::pay*", owner: a }\n  - { arn: "arn:aws:s3:::*roll", owner: a, name: x }\n',
      ],
      [],
    ],
    [
      'ones that nothing fits both of',
      ['principals:\n  - { arn: "arn:aws:iam::1*", team: a }\n  - { arn: "arn:aws:iam::2*", team: b }\n'],
      [],
    ],
    [
      'one network twice, spelled differently',
      [
        'networks:\n  - { name: a, kind: vpn, cidrs: [203.0.113.7/24] }\n  - { name: b, kind: nat, cidrs: [203.0.113.0/24] }\n',
      ],
      ['1.yml:3 network "203.0.113.0/24" is listed already at 1.yml:2. Keep one of the two.'],
    ],
    [
      'networks within each other',
      [
        'networks:\n  - { name: a, kind: vpn, cidrs: [203.0.113.0/24] }\n  - { name: b, kind: nat, cidrs: [203.0.113.7] }\n',
      ],
      [],
    ],
    [
      'what is no network',
      ['networks:\n  - name: a\n    kind: vpn\n    cidrs: [203.0.113.0/33, "2001:db8::/129", "1.2.3"]\n'],
      ['203.0.113.0/33', '2001:db8::/129', '1.2.3'].map(
        (text) => `1.yml:2 "${text}" is no address and no network. Write it as in 203.0.113.0/24.`,
      ),
    ],
    [
      'an image that is allowed and is not',
      [
        'images:\n  - { id: ami-0123456789abcdef0, allowed: true }\n  - { id: ami-0123456789abcdef0, allowed: false }\n',
      ],
      ['1.yml:3 "allowed" of image "ami-0123456789abcdef0": 1.yml:2 says true. Keep one of the two.'],
    ],
    [
      'an image of which two entries say two things',
      [
        'images:\n  - { id: ami-0123456789abcdef0, allowed: true }\n',
        'images: [{ id: ami-0123456789abcdef0, owner: "111122223333" }]',
      ],
      [],
    ],
    [
      'two owners that are one',
      ['imageOwners:\n  - { owner: amazon, allowed: true }\n  - { owner: amazon, allowed: false }\n'],
      ['1.yml:3 image owner "amazon" is listed already at 1.yml:2. Keep one of the two.'],
    ],
    [
      'a crown jewel that is not one',
      ['assets:\n  - { arn: "arn:aws:s3:::a", critical: true, criticality: low }\n'],
      ['1.yml:2 "critical: true" and "criticality: low" differ. Keep one of the two.'],
    ],
    [
      'hours that cannot be',
      [
        'workingHours:\n  - timezone: Europe/Nowhere\n    days: [mon]\n    from: "08:00"\n    to: "08:00"\n    holidays: ["2026-02-30"]\n',
      ],
      [
        '1.yml:2 "Europe/Nowhere" is no time zone. Write it as in Europe/Berlin.',
        '1.yml:2 "from" and "to" are the same time. Write when work ends.',
        '1.yml:2 "2026-02-30" is no day of the calendar. Correct it.',
      ],
    ],
  ])('%s', (_what, texts, told) => {
    expect(problemsIn(...texts)).toEqual(told);
  });

  it('are told to a bound, and looked for to a bound', () => {
    const assets = (count: number, arnOf: (index: number) => string) => {
      const entries = Array.from(
        { length: count },
        (_, index) => `  - { arn: "${arnOf(index)}", owner: o${index} }`,
      );
      return problemsIn(`assets:\n${entries.join('\n')}\n`);
    };
    const started = performance.now();
    expect(assets(1000, (index) => `arn:aws:s3:::*-${index}-*`)).toHaveLength(50);
    expect(assets(1000, (index) => `arn:aws:s3:::bucket-${index}`)).toEqual([]);
    const long = assets(1000, (index) => `arn:${'?'.repeat(index + 1)}`);
    expect(long.at(-1)).toContain('too many and too long');
    expect(performance.now() - started).toBeLessThan(30_000);
  });
});

describe('how patterns lie to each other', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
  const fits = (one: string, raw: string) => compileGlob(parsePattern(one), true)({ raw, folded: raw });

  it('agrees with every text that fits', () => {
    fc.assert(
      fc.property(pattern, pattern, text, (one, other, raw) => {
        if (fits(one, raw) && fits(other, raw)) expect(patternsMeet(one, other)).toBe(true);
        if (patternCovers(one, other) && fits(other, raw)) expect(fits(one, raw)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds no meeting where no text fits both', () => {
    const all = [
      '',
      ...['a', 'b'].flatMap((x) => [
        x,
        ...['a', 'b'].flatMap((y) => [x + y, ...['a', 'b'].map((z) => x + y + z)]),
      ]),
    ];
    const short = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 3 });
    fc.assert(
      fc.property(short, short, (one, other) => {
        // A text of at most six letters fits both where any does; three are enough for patterns without two stars.
        if ([one, other].some((each) => each.split('*').length > 2)) return;
        const literal = (each: string) => each.replaceAll('*', '').length;
        if (literal(one) + literal(other) > 3) return;
        expect(patternsMeet(one, other)).toBe(all.some((raw) => fits(one, raw) && fits(other, raw)));
      }),
      { numRuns: 2000 },
    );
  });
});
