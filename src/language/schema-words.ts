import type { ErrorObject } from 'ajv';
import { closestName } from './closest-name.ts';

/** Where one failure of a schema stands, and what to tell the person who wrote the value. */
export interface SchemaWords {
  readonly path: readonly string[];
  readonly message: string;
}

/** Ajv's error (with `verbose`) in words that name the key, the allowed values and the remedy. */
export function wordsOf(error: ErrorObject): SchemaWords {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (error.keyword === 'additionalProperties') return unknownKey(error, path);
  if (error.propertyName !== undefined || error.keyword === 'propertyNames') return badKey(error, path);
  if (error.keyword === 'required') {
    const key = String(error.params['missingProperty']);
    return { path, message: `${inside(path)}the key "${key}" is missing. Add it.` };
  }
  return { path, message: `${nameOf(path)} ${expectation(error)}` };
}

function unknownKey(error: ErrorObject, path: readonly string[]): SchemaWords {
  const key = String(error.params['additionalProperty']);
  const schema = error.parentSchema ?? {};
  const known = Object.keys((schema['properties'] as object | undefined) ?? {});
  const wanted = typeof schema['description'] === 'string' ? `Expected: ${schema['description']}.` : '';
  const near = closestName(key, known);
  const remedy =
    near !== undefined
      ? `Did you mean "${near}"?`
      : known.length > 0
        ? `Known here: ${known.join(', ')}.`
        : wanted;
  return { path: [...path, key], message: `${inside(path)}unknown key ${shown(key)}. ${remedy}`.trim() };
}

function badKey(error: ErrorObject, path: readonly string[]): SchemaWords {
  const key = String(error.propertyName ?? error.params['propertyName']);
  return { path: [...path, key], message: `${inside(path)}the key ${shown(key)} ${expectation(error)}` };
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  null: 'empty',
};

function expectation(error: ErrorObject): string {
  const limit = String(error.params['limit']);
  switch (error.keyword) {
    case 'type':
      return typeExpectation(error);
    case 'const':
      return oneOf([error.params['allowedValue']], error.data);
    case 'enum':
      return oneOf(error.params['allowedValues'] as unknown[], error.data);
    case 'anyOf':
      return unionExpectation(error);
    case 'minimum':
      return `must be at least ${limit}, but is ${shown(error.data)}.`;
    case 'maximum':
      return `must be at most ${limit}, but is ${shown(error.data)}.`;
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return limit === '1' ? 'must not be empty.' : `must have at least ${limit} entries or characters.`;
    case 'maxLength':
      return `must have at most ${limit} characters.`;
    case 'maxItems':
      return `must have at most ${limit} entries.`;
    case 'uniqueItems':
      return `has the same entry twice (${error.params['j']} and ${error.params['i']}, from 0). Remove one.`;
    default:
      return describedExpectation(error);
  }
}

function typeExpectation(error: ErrorObject): string {
  const wanted = [error.params['type'] as string | string[]].flat();
  const words = wanted.map((type) => TYPE_WORDS[type] ?? type).join(' or ');
  const isScalar = typeof error.data === 'number' || typeof error.data === 'boolean';
  const remedy = isScalar && wanted.includes('string') ? ' Put it in quotes.' : '';
  return `must be ${words}, but is ${kindOf(error.data)}.${remedy}`;
}

/** A union of fixed words is a choice; any other is told by the types of its branches. */
function unionExpectation(error: ErrorObject): string {
  const branches = error.schema as readonly Record<string, unknown>[];
  if (branches.every((branch) => 'const' in branch)) {
    return oneOf(
      branches.map((branch) => branch['const']),
      error.data,
    );
  }
  const described = error.parentSchema?.['description'];
  if (typeof described === 'string') return `must be ${described}, but is ${kindOf(error.data)}.`;
  const types = branches.map((branch) => String(branch['description'] ?? TYPE_WORDS[String(branch['type'])]));
  return `must be ${[...new Set(types)].join(' or ')}, but is ${kindOf(error.data)}.`;
}

function oneOf(allowed: readonly unknown[], data: unknown): string {
  const words = allowed.map(String);
  const near = typeof data === 'string' ? closestName(data, words) : undefined;
  const choice = words.length === 1 ? words[0] : `one of ${words.join(', ')}`;
  const remedy = near === undefined || words.length === 1 ? '' : ` Did you mean "${near}"?`;
  return `must be ${choice}, but is ${shown(data)}.${remedy}`;
}

function describedExpectation(error: ErrorObject): string {
  const described = error.parentSchema?.['description'];
  if (typeof described === 'string') return `must be ${described}, but is ${shown(error.data)}.`;
  return `${error.message ?? 'does not fit'}, but is ${shown(error.data)}.`;
}

function kindOf(data: unknown): string {
  if (data === null) return 'empty';
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object') return 'a map of keys';
  return typeof data === 'string' ? `the text ${shown(data)}` : shown(data);
}

/** Bounded, and in JSON so that control characters do not reach a terminal. */
function shown(data: unknown): string {
  const text = JSON.stringify(data) ?? 'nothing';
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

function nameOf(path: readonly string[]): string {
  return path.length === 0 ? 'the document' : `"${pathText(path)}"`;
}

function inside(path: readonly string[]): string {
  return path.length === 0 ? '' : `in "${pathText(path)}": `;
}

function pathText(path: readonly string[]): string {
  return path
    .map((part, i) => (/^\d+$/.test(part) ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join('')
    .slice(0, 120);
}
