/**
 * One value of an item as a test of a field: the value tests of all modifiers
 * meet here. Constants are folded and expressions compiled once.
 */
import { RE2JS } from 're2js';
import { messageOf } from '../../domain/errors.ts';
import { compileCidr } from './cidr.ts';
import { datePartOf } from './date-part.ts';
import type { MatchSubject } from './field-value.ts';
import { fold } from './fold.ts';
import { compileGlob, type TextTest } from './glob.ts';
import type { ModifierChain, Order } from './modifier-chain.ts';
import { literalOf, type Pattern, withWildcards } from './pattern.ts';
import type { DetectionItem, Scalar } from './sigma-rule.ts';
import type { FieldView, SubjectReader } from './subject-reader.ts';
import { type Placeholders, placeholderName, placeholderValues, variantsOf } from './variants.ts';
import { textsOfExpression, textsShown, type ValueWitness } from './witness.ts';

/** What the tests of values need to know of their surroundings. */
export interface ValueSurroundings {
  readonly reader: SubjectReader;
  readonly placeholders: Placeholders;
}

export type ViewTest = (view: FieldView, subject: MatchSubject) => boolean;

/** What one value of the list asks for. `exact`: so that long lists become one look-up. */
export interface ValueTest extends ValueWitness {
  readonly test?: ViewTest;
}

const NEVER: ValueTest = { test: () => false };

/** Complains, in a sentence with its remedy, of a value that the modifiers cannot work on. */
export function compileValue(
  value: Scalar,
  item: DetectionItem,
  options: ValueSurroundings,
  complain: (message: string) => void,
): ValueTest {
  const { chain } = item;
  switch (chain.comparison) {
    case 'exists':
      return compileExists(value, complain);
    case 'number':
    case 'date':
      return compileNumber(value, chain, complain);
    case 'fieldref':
      return compileReference(value, chain, options.reader, complain);
    case 're':
      return compileExpression(value, chain, complain);
    case 'cidr':
      return compileNetworks(value, chain, options.placeholders, complain);
    case 'text':
      return compileText(value, item, options.placeholders, complain);
  }
}

function refuse(complain: (message: string) => void, message: string): ValueTest {
  complain(message);
  return NEVER;
}

function compileExists(value: Scalar, complain: (message: string) => void): ValueTest {
  if (typeof value !== 'boolean') return refuse(complain, '"exists" takes true or false.');
  return { test: (view) => (view.value !== undefined) === value, needsField: value };
}

const ORDERS: Readonly<Record<Order, (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
};

function compileNumber(value: Scalar, chain: ModifierChain, complain: (message: string) => void): ValueTest {
  const limit = numberOf(value);
  if (limit === undefined) return refuse(complain, 'this modifier takes a number.');
  const compare = chain.order === undefined ? (a: number, b: number) => a === b : ORDERS[chain.order];
  const { datePart } = chain;
  const read = datePart === undefined ? numberOf : (member: unknown) => datePartOf(member, datePart);
  const holds = (member: unknown) => {
    const number = read(member);
    return number !== undefined && compare(number, limit);
  };
  return { test: (view) => view.members.some(holds), needsField: true };
}

const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$/;

/** A number, or the number that a text spells in decimal. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 40 || !NUMBER.test(value.trim())) return undefined;
  return Number(value);
}

function compileReference(
  value: Scalar,
  chain: ModifierChain,
  reader: SubjectReader,
  complain: (message: string) => void,
): ValueTest {
  if (typeof value !== 'string' || value === '')
    return refuse(complain, '"fieldref" takes the name of a field.');
  const other = reader.field(value);
  const form = chain.cased ? 'raw' : 'folded';
  const { place } = chain;
  if (place === undefined) {
    return {
      needsField: true,
      test: (view, subject) => {
        const references = new Set(
          other(subject)
            .texts()
            .map((text) => text[form]),
        );
        return view.texts().some((text) => references.has(text[form]));
      },
    };
  }
  const compare = PLACED[place];
  return {
    needsField: true,
    test: (view, subject) => {
      const references = other(subject).texts();
      return view
        .texts()
        .some((text) => references.some((reference) => compare(text[form], reference[form])));
    },
  };
}

const PLACED: Readonly<
  Record<NonNullable<ModifierChain['place']>, (text: string, reference: string) => boolean>
> = {
  contains: (text, reference) => text.includes(reference),
  startswith: (text, reference) => text.startsWith(reference),
  endswith: (text, reference) => text.endsWith(reference),
};

/** Substring search on a linear-time engine: what an attacker writes cannot make it slow. */
function compileExpression(
  value: Scalar,
  chain: ModifierChain,
  complain: (message: string) => void,
): ValueTest {
  if (value === null) return refuse(complain, 'null is no regular expression.');
  const { i, m, s } = chain.flags;
  const flags = (i ? RE2JS.CASE_INSENSITIVE : 0) | (m ? RE2JS.MULTILINE : 0) | (s ? RE2JS.DOTALL : 0);
  try {
    const expression = RE2JS.compile(String(value), flags);
    return {
      test: (view) => view.texts().some((text) => expression.test(text.raw)),
      needsField: true,
      ...showing(textsOfExpression(String(value))),
    };
  } catch (error) {
    const remedy = 'Rewrite it for RE2, which has no look-around, back-references or large repeats.';
    return refuse(complain, `the regular expression cannot be run: ${messageOf(error)}. ${remedy}`);
  }
}

function compileNetworks(
  value: Scalar,
  chain: ModifierChain,
  placeholders: Placeholders,
  complain: (message: string) => void,
): ValueTest {
  const name = chain.expand && typeof value === 'string' ? placeholderName(value) : undefined;
  if (name !== undefined && placeholders === undefined) return NEVER;
  const { values, error } =
    name === undefined || placeholders === undefined
      ? { values: [String(value)] }
      : placeholderValues(name, placeholders);
  if (error !== undefined) return refuse(complain, error);
  const tests = values.map((text) => networkTest(text, complain));
  return { test: (view, subject) => tests.some((test) => test(view, subject)), needsField: true };
}

function networkTest(text: string, complain: (message: string) => void): ViewTest {
  const contains = compileCidr(text);
  if (contains === undefined) {
    complain(`"${text}" is no network. Write an address and a prefix length, as in 10.0.0.0/8.`);
    return () => false;
  }
  return (view) => view.members.some((member) => typeof member === 'string' && contains(member));
}

function compileText(
  value: Scalar,
  item: DetectionItem,
  placeholders: Placeholders,
  complain: (message: string) => void,
): ValueTest {
  const { chain } = item;
  if (value === null) return compileNull(chain, complain);
  const text = String(value);
  const networks = impliedNetworks(text, item, placeholders);
  const { patterns, error } = variantsOf(text, chain, placeholders);
  if (patterns === undefined) return refuse(complain, error);
  const isKeyword = item.field === '';
  const whole = isKeyword
    ? patterns.map((pattern) => withWildcards(pattern, { before: true, after: true }))
    : patterns;
  const found = textTest(whole, chain.cased);
  if (networks === undefined) return { ...found, needsField: true, ...showing(textsShown(whole)) };
  const inNetwork: ViewTest = (view, subject) => networks.some((test) => test(view, subject));
  return { test: someTest([found, { test: inNetwork }]), needsField: true };
}

function showing(shows: readonly string[] | undefined): Pick<ValueTest, 'shows'> {
  return shows === undefined ? {} : { shows };
}

function compileNull(chain: ModifierChain, complain: (message: string) => void): ValueTest {
  const changesText =
    chain.place ?? chain.base64 ?? chain.utf16 ?? (chain.windash || chain.expand || undefined);
  if (changesText !== undefined) return refuse(complain, 'null has no text for these modifiers to work on.');
  return { test: (view) => view.value === undefined || view.members.includes(null) };
}

/** `%networks%` alone, compared for equality: those of its values that are networks are tested as such. */
function impliedNetworks(
  text: string,
  { chain, field }: DetectionItem,
  placeholders: Placeholders,
): readonly ViewTest[] | undefined {
  if (!chain.expand || chain.place !== undefined || field === '' || placeholders === undefined)
    return undefined;
  const name = placeholderName(text);
  const values = name === undefined ? [] : (placeholders.get(name) ?? []);
  const networks = values.filter((value) => value.includes('/') && compileCidr(value) !== undefined);
  return networks.length === 0 ? undefined : networks.map((network) => networkTest(network, () => undefined));
}

function textTest(patterns: readonly Pattern[], cased: boolean): ValueTest {
  const literals = patterns.map(literalOf);
  const folded = literals.includes(undefined) ? undefined : literals.map((text) => fold(text ?? ''));
  if (!cased && folded !== undefined) return { exact: folded };
  const globs: readonly TextTest[] = patterns.map((pattern) => compileGlob(pattern, cased));
  const test: ViewTest = (view) => view.texts().some((text) => globs.some((glob) => glob(text)));
  return folded === undefined ? { test } : { test, within: folded };
}

/** True where one of the values matches. */
export function someTest(values: readonly ValueTest[]): ViewTest {
  const exact = new Set(values.flatMap((value) => value.exact ?? []));
  const tests = values.flatMap((value) => value.test ?? []);
  const [only] = exact;
  if (exact.size === 1) tests.unshift((view) => view.texts().some((text) => text.folded === only));
  else if (exact.size > 1) tests.unshift((view) => view.texts().some((text) => exact.has(text.folded)));
  const [first, ...others] = tests;
  if (first !== undefined && others.length === 0) return first;
  return (view, subject) => tests.some((test) => test(view, subject));
}
