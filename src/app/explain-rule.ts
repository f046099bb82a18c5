import { statSync } from 'node:fs';
import { readRecords } from '../adapters/files/records-reader.ts';
import type { LoadedRules } from '../adapters/files/rule-folder.ts';
import type { CompanyContext } from '../domain/company.ts';
import { TrailhiveError } from '../domain/errors.ts';
import type { CloudTrailRecord } from '../domain/event.ts';
import { type Problem, ProblemsError } from '../domain/problem.ts';
import { textAt } from '../domain/record.ts';
import { printable } from '../language/printable.ts';
import { createExplain, type Explain, type Explanation } from '../language/sigma/explain.ts';
import type { ParsedSigma } from '../language/sigma/sigma-rule.ts';
import { toEvent } from '../pipeline/decode/decode.ts';
import { createEnrich } from '../pipeline/enrich/enrich.ts';
import { openPlaces } from './places.ts';
import { loadRulesIn, type RulePaths } from './rule-paths.ts';

export interface ExplainOptions {
  /** A rule file, or the id or name of a rule within `rules`. */
  readonly rule: string;
  /** A file of records; `-` is standard input. */
  readonly event: string;
  readonly rules: RulePaths;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly now: number;
}

/** One rule on one event. */
export interface ExplainedEvent {
  /** Name and id of the event. */
  readonly event: string;
  readonly explanations: readonly Explanation[];
}

/** More would bury the one that is looked for. */
export const MAX_EXPLAINED_EVENTS = 20;

/**
 * Explains the rule on each of the records, the first twenty of them. Filters of
 * all loaded files count. Throws `config` where there is no such rule, the rule
 * is not valid, or the file holds no record.
 */
export async function explainRule(options: ExplainOptions): Promise<readonly ExplainedEvent[]> {
  const { explainers, company } = await explainersOf(options);
  const enrich = createEnrich(company, openPlaces());
  const explained: ExplainedEvent[] = [];
  const onProblem = (problem: { readonly message: string }) => {
    throw new TrailhiveError('config', `${options.event}: ${problem.message}`);
  };
  for await (const { record } of readRecords([options.event], { stdin: options.stdin, onProblem })) {
    if (explained.length >= MAX_EXPLAINED_EVENTS) break;
    if (typeof record !== 'object' || record === null) continue;
    const ref = { id: options.event, deliveredAt: options.now };
    const event = enrich(toEvent(record as CloudTrailRecord, ref, explained.length));
    const name = printable(`${textAt(event.record, 'eventName')} ${textAt(event.record, 'eventID')}`);
    explained.push({
      event: name.slice(0, 200),
      explanations: explainers.map((explain) => explain(event)),
    });
  }
  if (explained.length === 0) throw new TrailhiveError('config', `${options.event} holds no record.`);
  return explained;
}

async function explainersOf({ rule, rules }: ExplainOptions): Promise<{
  readonly explainers: readonly Explain[];
  readonly company: CompanyContext;
}> {
  const isFile = statSync(rule, { throwIfNoEntry: false })?.isFile() === true;
  const loaded = await loadRulesIn(isFile ? { ...rules, paths: [rule, ...rules.paths] } : rules);
  const problems = problemsOf(loaded, rule, isFile);
  if (problems.length > 0) throw new ProblemsError('the rule is not valid', problems);
  const { parsed, placeholders, company } = loaded;
  const ids = isFile ? idsIn(parsed[0]) : idsOf(parsed, rule);
  if (ids.length === 0) {
    const remedy = 'Write the path of a rule file, or name the folder of the rule with --rules.';
    throw new TrailhiveError('config', `No rule has the id or name "${rule}". ${remedy}`);
  }
  const explain = createExplain(parsed, { placeholders });
  return { explainers: ids.flatMap((id) => explain(id) ?? []), company };
}

/** Those of the file, or of the files in which a document of that name was refused. */
function problemsOf({ parsed, problems }: LoadedRules, rule: string, isFile: boolean): readonly Problem[] {
  if (isFile) return problems.filter(({ file }) => file === rule);
  const refusing = parsed.filter(({ refused }) => refused.some(({ names }) => names.includes(rule)));
  return refusing.flatMap((file) => file.problems);
}

/** Of a file with correlations, these: they show the rules that they count. */
function idsIn(file: ParsedSigma | undefined): readonly string[] {
  const correlations = file?.correlations ?? [];
  return (correlations.length > 0 ? correlations : (file?.rules ?? [])).map(({ id }) => id);
}

function idsOf(parsed: readonly ParsedSigma[], wanted: string): readonly string[] {
  const heads = parsed.flatMap((file) => [...file.rules, ...file.correlations]);
  return heads.filter(({ id, name }) => id === wanted || name === wanted).map(({ id }) => id);
}
