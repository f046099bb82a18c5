/**
 * The company's own knowledge, as people write it in `context/*.yml`. It checks and
 * indexes; what follows from it is for enrich, suppress and score.
 */
import type { CompanyContext } from '../domain/company.ts';
import type { Problem } from '../domain/problem.ts';
import { companyOf } from './context/company-of.ts';
import { type ContextFile, ContextSchema } from './context/context-schema.ts';
import { contradictionsIn } from './context/contradictions.ts';
import { compileSchema } from './schema.ts';
import { parseYaml, type YamlDocument } from './yaml.ts';

const schema = compileSchema<ContextFile>(ContextSchema);

/** One file as it was read. */
export interface ContextText {
  readonly file: string;
  readonly text: string;
}

export interface ParsedContext {
  readonly context: CompanyContext;
  /** What `%name%` stands for in rules, under the modifier `expand`. */
  readonly placeholders: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly Problem[];
  /** The documents that are sound, each a `ContextFile`. */
  readonly documents: readonly YamlDocument[];
}

/**
 * Reads all context files together. Every problem of every file is told; the
 * context is made of what is sound, and is to be used only where nothing is wrong
 * or the user said so.
 */
export function parseContext(texts: readonly ContextText[]): ParsedContext {
  const parsed = texts.map(({ file, text }) => parseYaml(text, file));
  const documents = parsed.flatMap((one) => one.documents).filter((document) => document.value !== null);
  const sound = documents.filter((document) => schema.check(document.value));
  const problems = [
    ...parsed.flatMap((one) => one.problems),
    ...documents.flatMap((document) => schema.problems(document)),
    ...contradictionsIn(sound),
  ];
  const files = sound.map((document) => document.value as ContextFile);
  return { context: companyOf(files), placeholders: placeholdersOf(files), problems, documents: sound };
}

function placeholdersOf(files: readonly ContextFile[]): ReadonlyMap<string, readonly string[]> {
  const placeholders = new Map<string, readonly string[]>();
  for (const [name, values] of files.flatMap((file) => Object.entries(file.placeholders ?? {})))
    placeholders.set(name, [...new Set([...(placeholders.get(name) ?? []), ...values])]);
  return placeholders;
}
