import { closestName } from '../closest-name.ts';

/** What a chain compares at heart; it decides which modifiers may stand beside it. */
export type Comparison = 'text' | 're' | 'cidr' | 'number' | 'date' | 'exists' | 'fieldref';

export const DATE_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
export type DatePart = (typeof DATE_PARTS)[number];
export type Order = 'lt' | 'lte' | 'gt' | 'gte';
export type Utf16 = 'utf16le' | 'utf16be' | 'utf16';

/** The modifiers of one item, checked and sorted by what they do. */
export interface ModifierChain {
  readonly comparison: Comparison;
  /** Values are AND-ed. */
  readonly all: boolean;
  /** The item as a whole is negated. */
  readonly neq: boolean;
  readonly cased: boolean;
  readonly expand: boolean;
  readonly windash: boolean;
  /** Where the value may stand within the field; undefined: it is the whole field. */
  readonly place: 'contains' | 'startswith' | 'endswith' | undefined;
  readonly utf16: Utf16 | undefined;
  readonly base64: 'base64' | 'base64offset' | undefined;
  readonly order: Order | undefined;
  readonly datePart: DatePart | undefined;
  readonly flags: { readonly i: boolean; readonly m: boolean; readonly s: boolean };
}

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['wide', 'utf16le'],
  ['ignorecase', 'i'],
  ['multiline', 'm'],
  ['dotall', 's'],
]);

/** Of each of these a chain takes one at most. */
const PLACES = ['contains', 'startswith', 'endswith'] as const;
const ORDERS = ['lt', 'lte', 'gt', 'gte'] as const;
const UTF16S = ['utf16le', 'utf16be', 'utf16'] as const;
const BASE64S = ['base64', 'base64offset'] as const;
const FLAGS = ['i', 'm', 's'] as const;

const COMPANIONS: Readonly<Record<Comparison, readonly string[]>> = {
  text: ['all', 'neq', 'cased', 'expand', 'windash', ...PLACES, ...UTF16S, ...BASE64S],
  re: ['re', 'all', 'neq', ...FLAGS],
  cidr: ['cidr', 'all', 'neq', 'expand'],
  number: ['all', 'neq', ...ORDERS],
  date: ['all', 'neq', ...ORDERS, ...DATE_PARTS],
  exists: ['exists'],
  fieldref: ['fieldref', 'all', 'neq', 'cased', ...PLACES],
};

/** Every modifier of the language, aliases included. */
export const MODIFIERS: readonly string[] = [
  ...new Set([...Object.values(COMPANIONS).flat(), ...ALIASES.keys()]),
].sort();

/** Left before right: what stands to the right works on what the left has made of the value. */
const STAGES: readonly (readonly string[])[] = [['expand', 'windash'], UTF16S, BASE64S, PLACES];

/** Checks a chain as the specification allows it. Every error is a sentence with its remedy. */
export function parseModifierChain(written: readonly string[]): {
  readonly chain?: ModifierChain;
  readonly errors: readonly string[];
} {
  const unknown = written.filter((name) => !MODIFIERS.includes(name));
  if (unknown.length > 0) return { errors: unknown.map(unknownModifier) };
  const names = written.map((name) => ALIASES.get(name) ?? name);
  const comparison = comparisonOf(names);
  const errors = [
    ...errorsOfRepeats(names),
    ...errorsOfCompany(names, comparison),
    ...errorsOfOrder(names, comparison),
  ];
  return errors.length > 0 ? { errors } : { chain: chainOf(names, comparison), errors };
}

function chainOf(names: readonly string[], comparison: Comparison): ModifierChain {
  const has = (name: string) => names.includes(name);
  return {
    comparison,
    all: has('all'),
    neq: has('neq'),
    cased: has('cased'),
    expand: has('expand'),
    windash: has('windash'),
    place: PLACES.find(has),
    utf16: UTF16S.find(has),
    base64: BASE64S.find(has),
    order: ORDERS.find(has),
    datePart: DATE_PARTS.find(has),
    flags: { i: has('i'), m: has('m'), s: has('s') },
  };
}

function comparisonOf(names: readonly string[]): Comparison {
  const leading = (['fieldref', 're', 'cidr', 'exists'] as const).find((name) => names.includes(name));
  if (leading !== undefined) return leading;
  if (DATE_PARTS.some((name) => names.includes(name))) return 'date';
  if (FLAGS.some((name) => names.includes(name))) return 're';
  return ORDERS.some((name) => names.includes(name)) ? 'number' : 'text';
}

function unknownModifier(name: string): string {
  const near = closestName(name, MODIFIERS);
  const remedy = near === undefined ? `Sigma knows ${MODIFIERS.join(', ')}.` : `Did you mean "${near}"?`;
  return `unknown modifier "${name}". ${remedy}`;
}

function errorsOfRepeats(names: readonly string[]): readonly string[] {
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  const groups = [PLACES, ORDERS, UTF16S, BASE64S, DATE_PARTS].map((group) =>
    names.filter((name) => (group as readonly string[]).includes(name)),
  );
  return [
    ...[...new Set(repeated)].map((name) => `the modifier "${name}" stands twice. Remove one.`),
    ...groups
      .filter((found) => new Set(found).size > 1)
      .map((found) => `the modifiers "${found.join('" and "')}" exclude each other. Keep one.`),
  ];
}

function errorsOfCompany(names: readonly string[], comparison: Comparison): readonly string[] {
  const strangers = names.filter((name) => !COMPANIONS[comparison].includes(name));
  const head =
    comparison === 'number' || comparison === 'date' ? `a ${comparison} comparison` : `"${comparison}"`;
  return strangers.map((name) => `the modifier "${name}" has no meaning beside ${head}. Remove one of them.`);
}

function errorsOfOrder(names: readonly string[], comparison: Comparison): readonly string[] {
  if (comparison === 're') return errorsOfFlags(names);
  const encodes = names.some((name) => stageOf(name) === 1 || stageOf(name) === 2);
  if (comparison !== 'text' || !encodes) return [];
  const staged = names.filter((name) => stageOf(name) >= 0);
  const early = staged.find((name, index) => index > 0 && stageOf(name) < stageOf(staged[index - 1] ?? ''));
  return early === undefined
    ? []
    : [`the modifier "${early}" stands too late in the chain. Sigma works from left to right: put it first.`];
}

function errorsOfFlags(names: readonly string[]): readonly string[] {
  const head = names.indexOf('re');
  const loose = names.find(
    (name, at) => (FLAGS as readonly string[]).includes(name) && (head < 0 || at < head),
  );
  return loose === undefined ? [] : [`the modifier "${loose}" is a flag of "re". Write it after "re".`];
}

function stageOf(name: string): number {
  return STAGES.findIndex((stage) => stage.includes(name));
}
