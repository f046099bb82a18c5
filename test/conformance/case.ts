import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseYaml } from '../../src/language/yaml.ts';

type Data = Readonly<Record<string, unknown>>;

/** One case of the conformance suite; README.md beside this file says what each key means. */
export interface ConformanceCase {
  readonly feature: string;
  readonly name: string;
  readonly detection?: unknown;
  readonly rules?: readonly Data[];
  readonly placeholders?: Readonly<Record<string, readonly string[]>>;
  readonly context?: Data;
  readonly matches?: readonly Data[];
  readonly misses?: readonly Data[];
  readonly events?: readonly { readonly event: Data; readonly rules?: readonly string[] }[];
  readonly fires?: Readonly<Record<string, readonly string[]>>;
  readonly refused?: string;
}

const KEYS: readonly string[] = [
  ...['feature', 'name', 'detection', 'rules', 'placeholders', 'context'],
  ...['matches', 'misses', 'events', 'fires', 'refused'],
];
const folder = fileURLToPath(new URL('.', import.meta.url));

/** Every case of every `.yml` of this folder. A case with an unknown key is an error of the suite. */
export function conformanceCases(): readonly (ConformanceCase & { readonly file: string })[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yml'));
  return files.sort().flatMap((file) => casesOf(file).map((one) => ({ ...one, file })));
}

export function casesOf(file: string): readonly ConformanceCase[] {
  const { documents, problems } = parseYaml(readFileSync(folder + file, 'utf8'), file);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const cases = documents.flatMap(({ value }) => value as readonly ConformanceCase[]);
  const unknown = cases.flatMap((one) => Object.keys(one).filter((key) => !KEYS.includes(key)));
  if (unknown.length > 0) throw new Error(`${file}: unknown keys ${unknown.join(', ')}`);
  return cases;
}

/** The rule documents of a case as texts (JSON is YAML). */
export function textsOf({ detection, rules = [], name }: ConformanceCase): readonly string[] {
  const logsource = { product: 'aws', service: 'cloudtrail' };
  const short = detection === undefined ? [] : [{ title: name, id: 'case', logsource, detection }];
  return [...short, ...rules].map((document) => JSON.stringify(document));
}
