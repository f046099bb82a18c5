/** The filter operators of `POST /query`. A field that is absent is unequal to everything and in no range. */
import { badRequest, Unsupported } from './hive.ts';

type Shown = Readonly<Record<string, unknown>>;
type Operand = Readonly<Record<string, unknown>>;
type Test = (value: unknown, operand: Operand) => boolean;

const FIELD_TESTS: Readonly<Record<string, Test>> = {
  _eq: (value, { _value }) => same(value, _value),
  _is: (value, { _value }) => same(value, _value),
  _ne: (value, { _value }) => !same(value, _value),
  _lt: (value, { _value }) => order(value, _value) < 0,
  _lte: (value, { _value }) => order(value, _value) <= 0,
  _gt: (value, { _value }) => order(value, _value) > 0,
  _gte: (value, { _value }) => order(value, _value) >= 0,
  _between: (value, { _from, _to }) => order(value, _from) >= 0 && order(value, _to) < 0,
  _in: (value, { _values }) => (_values as unknown[]).some((one) => same(value, one)),
  _like: (value, { _value }) => words(value).includes(words(_value).replaceAll('*', '')),
  _match: (value, { _value }) => words(value).split(/\W+/).includes(words(_value)),
  _startsWith: (value, { _value }) => words(value).startsWith(words(_value)),
  _endsWith: (value, { _value }) => words(value).endsWith(words(_value)),
};

/** Does the object, as TheHive shows it, pass the filter? An unknown operator is refused. */
export function passes(object: Shown, filter: Operand): boolean {
  return Object.entries(filter).every(([operator, operand]) => {
    if (operator === '_name') return true;
    if (operator === '_and') return (operand as Operand[]).every((one) => passes(object, one));
    if (operator === '_or') return (operand as Operand[]).some((one) => passes(object, one));
    if (operator === '_not') return !passes(object, operand as Operand);
    if (operator === '_any') return true;
    if (operator === '_id') return object['_id'] === operand;
    if (operator === '_has') return fieldOf(object, String(operand)) !== undefined;
    const test = FIELD_TESTS[operator];
    if (test === undefined) throw new Unsupported(`Filter ${operator}`);
    const { _field } = operand as { _field?: unknown };
    if (typeof _field !== 'string') throw badRequest(`Filter ${operator} needs _field`);
    return test(fieldOf(object, _field), operand as Operand);
  });
}

/** A field by name; custom fields as `customFields.<name>`. */
export function fieldOf(object: Shown, name: string): unknown {
  if (!name.startsWith('customFields.')) return object[name];
  const values = object['customFields'] as { name: string; value: unknown }[] | undefined;
  return values?.find((field) => field.name === name.slice('customFields.'.length))?.value;
}

function same(value: unknown, wanted: unknown): boolean {
  return Array.isArray(value) ? value.includes(wanted) : value === wanted;
}

/** Negative, zero or positive; NaN (in no range) where the two cannot be compared. */
function order(value: unknown, bound: unknown): number {
  if (typeof value === 'number' && typeof bound === 'number') return value - bound;
  if (typeof value !== 'string' || typeof bound !== 'string') return Number.NaN;
  return value < bound ? -1 : Number(value > bound);
}

function words(value: unknown): string {
  return Array.isArray(value) ? value.join(' ').toLowerCase() : String(value ?? '').toLowerCase();
}
