/**
 * The company's own knowledge, as people write it in `context/*.yml`: accounts,
 * principals, assets, placeholders of rules. It checks and indexes; what follows from it is for enrich
 * and suppress.
 */
import Type, { type Static } from 'typebox';
import type { AccountFacts, CompanyContext } from '../domain/ports.ts';
import type { Problem } from '../domain/problem.ts';
import { compileSchema } from './schema.ts';
import { compileGlob } from './sigma/glob.ts';
import { parsePattern } from './sigma/pattern.ts';
import { parseYaml, type YamlDocument } from './yaml.ts';

const CLOSED = { additionalProperties: false };
const Word = Type.String({ minLength: 1, maxLength: 128 });
const ArnPattern = Type.String({
  pattern: '^arn:',
  maxLength: 2048,
  description: 'an ARN, in which * stands for any characters, as in arn:aws:s3:::payroll-*',
});

const AccountSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[0-9]{12}$', description: 'twelve digits in quotes, as in "111122223333"' }),
    name: Word,
    environment: Type.Optional(Word),
    owner: Type.Optional(Word),
    criticality: Type.Optional(Type.Enum(['low', 'medium', 'high', 'critical'])),
    role: Type.Optional(Type.Enum(['security', 'management', 'log-archive'])),
  },
  CLOSED,
);
const PrincipalSchema = Type.Object(
  { arn: ArnPattern, breakGlass: Type.Optional(Type.Boolean()), note: Type.Optional(Type.String()) },
  CLOSED,
);
const AssetSchema = Type.Object(
  { arn: ArnPattern, critical: Type.Optional(Type.Boolean()), note: Type.Optional(Type.String()) },
  CLOSED,
);
const PlaceholdersSchema = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9_.-]{1,128}$' }),
  Type.Array(Type.String({ minLength: 1, maxLength: 2048 }), { minItems: 1, maxItems: 4096 }),
  {
    ...CLOSED,
    description: 'a name of letters, digits, "_", "." and "-", without the percent signs',
  },
);

/** Schema of one context file. Any file may hold any of the lists; the lists of all files add up. */
export const ContextSchema = Type.Object(
  {
    accounts: Type.Optional(Type.Array(AccountSchema)),
    principals: Type.Optional(Type.Array(PrincipalSchema)),
    assets: Type.Optional(Type.Array(AssetSchema)),
    placeholders: Type.Optional(PlaceholdersSchema),
  },
  CLOSED,
);

type ContextFile = Static<typeof ContextSchema>;

const schema = compileSchema<ContextFile>(ContextSchema);

/** One file as it was read. */
export interface ContextText {
  readonly file: string;
  readonly text: string;
}

/**
 * Reads all context files together. Every problem of every file is told; the
 * context is made of what is sound, and is to be used only where nothing is wrong
 * or the user said so.
 */
export function parseContext(texts: readonly ContextText[]): {
  context: CompanyContext;
  /** What `%name%` stands for in rules, under the modifier `expand`. */
  placeholders: ReadonlyMap<string, readonly string[]>;
  problems: readonly Problem[];
} {
  const parsed = texts.map(({ file, text }) => parseYaml(text, file));
  const documents = parsed.flatMap((one) => one.documents).filter((document) => document.value !== null);
  const sound = documents.filter((document) => schema.check(document.value));
  const problems = [
    ...parsed.flatMap((one) => one.problems),
    ...documents.flatMap((document) => schema.problems(document)),
    ...repeatedAccounts(sound),
  ];
  const files = sound.map((document) => document.value as ContextFile);
  return { context: contextOf(files), placeholders: placeholdersOf(files), problems };
}

function placeholdersOf(files: readonly ContextFile[]): ReadonlyMap<string, readonly string[]> {
  const placeholders = new Map<string, readonly string[]>();
  for (const [name, values] of files.flatMap((file) => Object.entries(file.placeholders ?? {})))
    placeholders.set(name, [...new Set([...(placeholders.get(name) ?? []), ...values])]);
  return placeholders;
}

/** Two entries for one account contradict each other sooner or later. */
function repeatedAccounts(documents: readonly YamlDocument[]): readonly Problem[] {
  const seen = new Map<string, string>();
  return documents.flatMap((document) =>
    ((document.value as ContextFile).accounts ?? []).flatMap(({ id }, index) => {
      const line = document.lineOf(['accounts', index, 'id']);
      const before = seen.get(id);
      if (before === undefined) seen.set(id, `${document.file}:${line}`);
      const message = `account "${id}" is listed already at ${before}. Keep one of the two.`;
      return before === undefined ? [] : [{ file: document.file, line, message }];
    }),
  );
}

function contextOf(files: readonly ContextFile[]): CompanyContext {
  const accounts = new Map<string, AccountFacts>();
  for (const { id, ...facts } of files.flatMap((file) => file.accounts ?? [])) accounts.set(id, facts);
  const principals = files.flatMap((file) => file.principals ?? []).filter(({ breakGlass }) => breakGlass);
  const assets = files.flatMap((file) => file.assets ?? []).filter(({ critical }) => critical);
  return {
    account: (id) => accounts.get(id),
    isBreakGlass: anyOf(principals.map(({ arn }) => arn)),
    isCritical: anyOf(assets.map(({ arn }) => arn)),
  };
}

/** Case counts, as it does in ARNs. */
function anyOf(patterns: readonly string[]): (text: string) => boolean {
  const tests = patterns.map((pattern) => compileGlob(parsePattern(pattern), true));
  return (text) => tests.some((test) => test({ raw: text, folded: text }));
}
