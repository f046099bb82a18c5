/**
 * Makes conformance cases over modifier chain × value × list form × class of event
 * value. What is expected comes from reference.ts, never from the engine. Run as a
 * program it writes all cases as JSON lines for other engines:
 *
 *   npx tsx test/conformance/generate.ts > cases.jsonl
 *
 * generated-sample.yml is a part of them, kept in step by conformance.test.ts:
 *
 *   npx tsx test/conformance/generate.ts --sample > test/conformance/generated-sample.yml
 */
import { fileURLToPath } from 'node:url';
import type { ConformanceCase } from './case.ts';
import { itemHolds } from './reference.ts';

type Scalar = string | number | boolean | null;
type Row = Readonly<Record<string, unknown>>;

const SAMPLE_EVERY = 100;

const placeholders = { words: ['alpha', 'b?ta*'], plain: ['alpha', 'x -a'], networks: ['10.0.0.0/8'] };

const VALUES: readonly unknown[] = [
  null,
  ...['', ' ', 'alpha', 'ALPHA beta', 'beta alpha', 'x-alpha', 'alphabet\nBETA', 'a*', '%words%', 'a\\b'],
  ...['x -a', 'x /a', 'x –a', 'x ―a', 'ÉCOLE', 'école', 'Straße', 'naïve 😀', '😀', 'Ω'],
  ...[5, -1.5, 0, '5', '5.0', true, false, 'true', 'FALSE'],
  ...[[], [null], ['alpha', 'x'], [5, 'beta'], [['alpha'], [['x -a']]], [{ a: 'alpha' }], [true, null]],
  ...[{}, { a: 'alpha' }, { alpha: 5 }, { policy: '{"a":"alpha"}' }],
  ...['10.1.2.3', '11.0.0.1', '2001:db8::5', '2001:db9::5', ['1.1.1.1', '10.9.9.9'], 'ec2.amazonaws.com'],
  ...['2026-11-22T10:30:00Z', '2026-06-01', ['2025-03-09T22:05:00Z']],
  ...['YWxwaGE=', 'xxYWxwaGEyy', 'eGFscGhheHh4', 'eHhhbHBoYXh4', 'YQBsAHAAaABhAA==', 'a\0l\0p\0h\0a\0'],
];

/** Every class of value, and the field not being there. */
const EVENTS: readonly Row[] = [{ g: 1 }, ...VALUES.map((f) => ({ f }))];
/** The same below a path: nested, flat, through arrays, through arrays of arrays. */
const PATH_EVENTS: readonly Row[] = [
  ...[{}, { a: null }, { a: 'alpha' }, { a: [] }, { a: { c: 1 } }, { a: [{ c: 1 }, { b: 'alpha' }] }],
  ...VALUES.flatMap((b): readonly Row[] => [
    { a: { b } },
    { 'a.b': b },
    { a: [{ b }] },
    { a: [[{ b }], { b: 'y' }] },
  ]),
];
const REFERENCE_EVENTS: readonly Row[] = EVENTS.flatMap((event) => [
  event,
  ...['alpha', 5, ['x', 'beta'], null, 'ALPHA'].map((h) => ({ ...event, h })),
]);

interface Family {
  readonly feature: string;
  readonly chains: readonly string[];
  readonly values: readonly Scalar[];
  readonly events?: readonly Row[];
  readonly field?: string;
}

const TEXTS: readonly Scalar[] = [
  ...['alpha', 'ALPHA', 'al*', '*pha', 'a*a', '?lpha', '*', '', 'école', '😀', 'na?ve ?', '*straße*'],
  ...['5', 5, -1.5, true, 'false', null, String.raw`a\*`, String.raw`a\\b`, String.raw`a\b`, '%words%'],
];
const DASHED: readonly Scalar[] = ['x -a', '/a', 'x-alpha', 'alpha', '* /a', null];
const EXPANDED: readonly Scalar[] = ['%words%', 'x%plain%', '%plain% beta', 'alpha', '*%plain%', null];
const ENCODED: readonly Scalar[] = ['alpha', 'école', 'x -a', 'al*', 'a', null, 5];
const NEGATIONS = ['', '|neq'];
const CASES = ['', '|cased'];
const PLACES = ['', '|contains', '|startswith', '|endswith'];

function product(...parts: readonly (readonly string[])[]): readonly string[] {
  return parts.reduce((heads, part) => heads.flatMap((head) => part.map((one) => head + one)), ['']);
}

const FAMILIES: readonly Family[] = [
  { feature: 'value-plain', chains: product(PLACES.slice(0, 1), CASES, NEGATIONS), values: TEXTS },
  { feature: 'modifier-place', chains: product(PLACES.slice(1), CASES, NEGATIONS), values: TEXTS },
  { feature: 'modifier-windash', chains: product(['|windash'], PLACES, NEGATIONS), values: DASHED },
  { feature: 'modifier-expand', chains: product(['|expand'], PLACES, NEGATIONS), values: EXPANDED },
  { feature: 'modifier-expand', chains: product(['|expand|windash'], PLACES), values: EXPANDED },
  {
    feature: 'modifier-base64',
    chains: product(
      ['', '|windash', '|expand'],
      ['', '|wide', '|utf16be', '|utf16'],
      ['|base64'],
      PLACES.slice(0, 2),
    ),
    values: ENCODED,
  },
  {
    feature: 'modifier-base64offset',
    chains: product(['', '|utf16le'], ['|base64offset'], PLACES.slice(0, 2), CASES),
    values: ENCODED,
  },
  { feature: 'modifier-utf16', chains: product(['|wide', '|utf16be', '|utf16'], PLACES), values: ENCODED },
  { feature: 'modifier-exists', chains: ['|exists'], values: [true, false, 'yes', null] },
  {
    feature: 'modifier-re',
    chains: product(['|re'], ['', '|i'], ['', '|m'], ['', '|s'], NEGATIONS),
    values: ['alpha', '^a.*a$', '^beta$', 'alphabet.BETA', '[0-9]', '^$', '5|x', null],
  },
  {
    feature: 'modifier-cidr',
    chains: product(['|cidr'], NEGATIONS),
    values: ['10.0.0.0/8', '2001:db8::/32', '0.0.0.0/0', '1.1.1.1/32', 'ec2.amazonaws.com'],
  },
  {
    feature: 'modifier-compare',
    chains: product(['|lt', '|lte', '|gt', '|gte'], NEGATIONS),
    values: [5, '5', -1.5, 0, 'five', null, true],
  },
  {
    feature: 'modifier-date',
    chains: product(['|minute', '|hour', '|day', '|week', '|month', '|year'], ['', '|gte', '|lt'], NEGATIONS),
    values: [10, 22, 30, 47, 2026, 'ten', null],
  },
  {
    feature: 'modifier-fieldref',
    chains: product(['|fieldref'], PLACES, CASES, NEGATIONS),
    values: ['h', 'f', 'nowhere'],
    events: REFERENCE_EVENTS,
  },
  {
    feature: 'field-path',
    chains: product(['', '|contains', '|exists', '|cased', '|re', '|lt'], NEGATIONS).filter(
      (one) => one !== '|exists|neq',
    ),
    values: ['alpha', '*', '', 5, true, null],
    events: PATH_EVENTS,
    field: 'a.b',
  },
];

/** Ids of docs/sigma-support.md that have generated cases. */
export const GENERATED_FEATURES: readonly string[] = FAMILIES.map(({ feature }) => feature);

/** Every case. A rule that must not load says so; each event else is either matched or missed. */
export function generateCases(): readonly ConformanceCase[] {
  return FAMILIES.flatMap((family) =>
    family.chains.flatMap((chain) =>
      formsOf(chain, family.values).map(([key, value]) =>
        caseOf(family, `${family.field ?? 'f'}${key}`, value),
      ),
    ),
  );
}

/** The value alone, in a list with its neighbour, and in that list under `all`. */
function formsOf(
  chain: string,
  values: readonly Scalar[],
): readonly (readonly [string, Scalar | readonly Scalar[]])[] {
  return values.flatMap((value, index) => {
    const list = [value, values[(index + 1) % values.length] ?? null];
    const single = [chain, value] as const;
    return chain.includes('|exists')
      ? [single]
      : [single, [chain, list] as const, [`${chain}|all`, list] as const];
  });
}

function caseOf(family: Family, key: string, value: Scalar | readonly Scalar[]): ConformanceCase {
  const values = Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar];
  const events = family.events ?? EVENTS;
  const results = events.map((event) => itemHolds(key, values, event, placeholders));
  const head = {
    feature: family.feature,
    name: `${key}: ${JSON.stringify(value)}`,
    detection: { s: { [key]: value }, condition: 's' },
    ...(key.includes('expand') ? { placeholders } : {}),
  };
  if (results.includes('refused')) return { ...head, refused: '' };
  return {
    ...head,
    matches: events.filter((_, index) => results[index] === true),
    misses: events.filter((_, index) => results[index] === false),
  };
}

/** The committed part, as text: a case a line, which is YAML too. */
export function sampleText(cases: readonly ConformanceCase[]): string {
  const sample = cases.filter((_, index) => index % SAMPLE_EVERY === 0);
  const head = '# Made by generate.ts, which see. Do not edit.\n';
  return head + sample.map((one) => `- ${JSON.stringify(one)}\n`).join('');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = process.argv.includes('--sample')
    ? sampleText(generateCases())
    : generateCases()
        .map((one) => `${JSON.stringify(one)}\n`)
        .join('');
  process.stdout.write(text);
}
