/**
 * The one schema language (TypeBox, checked by Ajv) for everything that people
 * write: what Ajv says is turned into Problems that name file, line and key.
 * It does not fill in defaults and changes no value.
 */
import { Ajv, type ErrorObject } from 'ajv';
import type { TSchema } from 'typebox';
import type { Problem } from '../domain/problem.ts';
import { wordsOf } from './schema-words.ts';
import type { YamlDocument } from './yaml.ts';

/** A schema, ready to check values. */
export interface CompiledSchema<T> {
  check(value: unknown): value is T;
  /** Everything wrong with the document, by line; empty exactly where `check` holds. */
  problems(document: YamlDocument): Problem[];
}

/** More than these would bury the first. */
const MAX_PROBLEMS = 50;

/**
 * Compiles a TypeBox schema. Objects of the schema state `additionalProperties:
 * false`, so that a misspelt key is a problem and not silence; a `description`
 * beside a `pattern` says in words what is expected.
 *
 * @example
 * compileSchema(Type.Object({ a: Type.String() }, { additionalProperties: false })).check({ a: 'x' }); // true
 */
export function compileSchema<T>(schema: TSchema): CompiledSchema<T> {
  const ajv = new Ajv({ allErrors: true, verbose: true, ownProperties: true, allowUnionTypes: true });
  const validate = ajv.compile(schema);
  return {
    check: (value): value is T => validate(value) as boolean,
    problems: (document) => {
      if (validate(document.value)) return [];
      return problemsFrom(withoutUnionNoise(validate.errors ?? []), document);
    },
  };
}

function problemsFrom(errors: readonly ErrorObject[], document: YamlDocument): Problem[] {
  const seen = new Map<string, Problem>();
  for (const error of errors) {
    const { path, message } = wordsOf(error);
    const line = document.lineOf(path);
    seen.set(`${line}\n${message}`, { file: document.file, line, message });
  }
  return [...seen.values()].sort((a, b) => a.line - b.line).slice(0, MAX_PROBLEMS);
}

/**
 * Of a union that no branch fits, Ajv reports the failure of every branch. Kept
 * are those of the branch that the value was meant for, or, where that is
 * unclear, the union's own.
 */
function withoutUnionNoise(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf');
  // Outermost first: what an outer union drops needs no further look.
  unions.sort((a, b) => a.schemaPath.length - b.schemaPath.length);
  return unions.reduce<readonly ErrorObject[]>(
    (kept, union) => (kept.includes(union) ? settleUnion(kept, union) : kept),
    errors,
  );
}

function settleUnion(errors: readonly ErrorObject[], union: ErrorObject): readonly ErrorObject[] {
  const prefix = `${union.schemaPath}/`;
  const isInside = (error: ErrorObject) =>
    error.schemaPath.startsWith(prefix) && error.instancePath.startsWith(union.instancePath);
  const branches = new Map<string, ErrorObject[]>();
  for (const error of errors.filter(isInside)) {
    const index = error.schemaPath.slice(prefix.length).split('/', 1)[0] ?? '';
    branches.set(index, [...(branches.get(index) ?? []), error]);
  }
  const meant = meantBranch([...branches.values()], union.instancePath);
  const rest = errors.filter((error) => !isInside(error));
  return meant === undefined ? rest : [...rest.filter((error) => error !== union), ...meant];
}

/** The only branch of the value's own type; of several, the one whose fixed words (`kind: x`) agree. */
function meantBranch(branches: readonly ErrorObject[][], path: string): ErrorObject[] | undefined {
  const ofType = branches.filter((branch) => !branch.some((error) => refuses(error, path)));
  if (ofType.length <= 1) return ofType[0];
  const agreeing = ofType.filter((branch) => !branch.some((error) => error.keyword === 'const'));
  return agreeing.length === 1 ? agreeing[0] : undefined;
}

/** The branch was never meant: another type, or another fixed word. */
function refuses(error: ErrorObject, path: string): boolean {
  return error.instancePath === path && ['type', 'const', 'enum'].includes(error.keyword);
}
