import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { createOfflineRun } from '../../src/app/offline-run.ts';
import { parseContext } from '../../src/language/context.ts';
import { compileSchema } from '../../src/language/schema.ts';
import type { RuleSet } from '../../src/language/sigma/rule-set.ts';
import { parseYaml } from '../../src/language/yaml.ts';
import { type LabelledCase, readLines } from './data.ts';

const Titles = Type.Array(Type.String({ minLength: 1 }));
const LabelsSchema = Type.Record(Type.String(), Type.Record(Type.String(), Titles));
const ExceptionsSchema = Type.Record(
  Type.String(),
  Type.Object(
    { is: Type.Enum(['missed', 'fired']), why: Type.String({ minLength: 30 }) },
    { additionalProperties: false },
  ),
);

/** Set of labels -> rule of that project -> titles of our rules that are for the same. */
export type Labels = Static<typeof LabelsSchema>;
/** Case id -> what it is an exception to, and why. */
export type Exceptions = Static<typeof ExceptionsSchema>;

export const LABELLED_SETS = ['trailalerts', 'streamalert', 'fivexl'] as const;
export type LabelledSet = (typeof LABELLED_SETS)[number];

/** What became of one case. */
export interface CaseResult {
  readonly caseId: string;
  readonly rule: string;
  readonly expected: boolean;
  /** Titles of all rules that fired. */
  readonly fired: readonly string[];
  /** Titles of rules that matched and only feed others. */
  readonly fed: readonly string[];
  /**
   * What a rule for what the label names did: it raised an alert, or it matched and adds up with
   * other events in a count or sequence, or nothing.
   */
  readonly outcome: 'alert' | 'feeds' | 'nothing';
  readonly ok: boolean;
  /** Why it is not ok; absent where nobody has explained it. */
  readonly exception?: string;
}

/** Reads the mapping; throws where a title is that of no rule, which a renamed rule would cause. */
export function readLabels(ruleSet: RuleSet): Labels {
  const labels = read<Labels>('labels.yml', compileSchema<Labels>(LabelsSchema));
  const known = new Set(
    [...ruleSet.detections, ...ruleSet.correlations, ...(ruleSet.baselines ?? [])].map(
      ({ info }) => info.title,
    ),
  );
  const unknown = Object.values(labels)
    .flatMap((rules) => Object.values(rules).flat())
    .filter((title) => !known.has(title));
  if (unknown.length > 0)
    throw new Error(`labels.yml names rules that do not exist: ${[...new Set(unknown)].join('; ')}`);
  return labels;
}

export function readExceptions(): Exceptions {
  return read<Exceptions>('exceptions.yml', compileSchema<Exceptions>(ExceptionsSchema));
}

function read<File>(name: string, schema: ReturnType<typeof compileSchema<File>>): File {
  const file = join(import.meta.dirname, name);
  const { documents, problems } = parseYaml(readFileSync(file, 'utf8'), name);
  const [document] = documents;
  const all = [...problems, ...(document === undefined ? [] : schema.problems(document))];
  if (document === undefined || all.length > 0) throw new Error(`${name}: ${JSON.stringify(all)}`);
  return document.value as File;
}

/** After everything in the data, so that nothing is in the future; and nothing is late. */
const DELIVERED_AT = Date.parse('2027-01-01T00:00:00Z');
const SPAN_MS = 40 * 365 * 86_400_000;

/** Runs every case of a set by itself: one record, nothing before it, nothing known of the company. */
export async function runLabelled(
  set: LabelledSet,
  ruleSet: RuleSet,
  labels: Labels,
  exceptions: Exceptions,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const one of readLines<LabelledCase>(`${set}.labels.jsonl`))
    results.push(await runCase(one, ruleSet, labels[set]?.[one.rule] ?? [], exceptions));
  return results;
}

async function runCase(
  one: LabelledCase,
  ruleSet: RuleSet,
  titles: readonly string[],
  exceptions: Exceptions,
): Promise<CaseResult> {
  const fired = new Set<string>();
  const matched = new Set<string>();
  const titleOf = new Map(ruleSet.detections.map(({ info }) => [info.id, info.title]));
  const run = createOfflineRun({
    ruleSet,
    company: parseContext([]).context,
    spanMs: SPAN_MS,
    onMatches: (matches) => {
      for (const { ruleId } of matches) matched.add(titleOf.get(ruleId) ?? ruleId);
    },
    onFindings: (findings) => {
      for (const { rule } of findings) fired.add(rule.title);
    },
  });
  await run.add([one.event], DELIVERED_AT);
  await run.end();
  const outcome = outcomeOf(titles, fired, matched);
  const ok = (outcome !== 'nothing') === one.expected;
  const exception = exceptions[one.case_id]?.why;
  return {
    caseId: one.case_id,
    rule: one.rule,
    expected: one.expected,
    fired: [...fired].sort(),
    fed: [...matched].filter((title) => !fired.has(title)).sort(),
    outcome,
    ok,
    ...(ok || exception === undefined ? {} : { exception }),
  };
}

function outcomeOf(
  titles: readonly string[],
  fired: ReadonlySet<string>,
  matched: ReadonlySet<string>,
): CaseResult['outcome'] {
  if (titles.some((title) => fired.has(title))) return 'alert';
  return titles.some((title) => matched.has(title)) ? 'feeds' : 'nothing';
}
