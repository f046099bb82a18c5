import type { RuleInfo } from '../../domain/finding.ts';
import type { Problem } from '../../domain/problem.ts';
import { type CorrelationType, isNumeric, isTemporal, RISING_OPERATORS } from './correlation-type.ts';
import { alternativesOf, namesIn, type RuleAlternative, type RuleExpression } from './extended-condition.ts';
import { problemsOfItsOwn, type References } from './references.ts';
import { revisionOf, ruleInfoOf } from './rule-info.ts';
import type { SigmaCorrelation, SigmaRule, Threshold } from './sigma-rule.ts';

export interface CompiledCorrelation {
  readonly info: RuleInfo;
  readonly type: CorrelationType;
  /** Rules and correlations that feed it, in the order of the list. */
  readonly ruleIds: readonly string[];
  readonly spanMs: number;
  /** All must hold on what is measured. Empty where `alternatives` say it. */
  readonly condition: readonly Threshold[];
  /** Temporal types without thresholds: one of them must hold; of `temporal_ordered`, in the order of `all`. */
  readonly alternatives?: readonly RuleAlternative[];
  readonly valueFields: readonly string[];
  /** Of value_percentile and value_median. */
  readonly percentile?: number;
  /** Group-by name or value field -> rule id -> the field it stands for in the events of that rule. */
  readonly aliases?: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /**
   * 0: it is decided with every event. More: further events could make the condition
   * false again, so it is decided that many settling times after the event.
   */
  readonly settlings: number;
  /** The account is no part of its groups, and a call that two accounts recorded counts once. */
  readonly acrossAccounts: boolean;
  /** False: it only feeds other correlations, which do not ask for its own alerts (`generate`). */
  readonly alerts: boolean;
}

export interface Window {
  readonly correlation: CompiledCorrelation;
  readonly generate: boolean;
}

/** Correlations that feed correlations that feed …: so many in a row at most. */
const MAX_CHAIN = 10;

interface Done {
  /** undefined: it has problems, and they are told. */
  readonly window: Window | undefined;
  /** 1: it lists plain rules only. */
  readonly depth: number;
  /** How many settling times after an event all of its firings on it are known. */
  readonly level: number;
}

interface Workshop {
  readonly rules: ReadonlyMap<string, { readonly info: RuleInfo }>;
  readonly correlations: ReadonlyMap<string, SigmaCorrelation>;
  readonly references: References;
  readonly problems: Problem[];
  readonly done: Map<string, Done>;
  /** Ids of those that are being compiled, outermost first. */
  readonly open: string[];
}

/** Compiles correlations, those that others list first. One with a problem is left out, and those that list it. */
export function compileCorrelations(
  correlations: readonly SigmaCorrelation[],
  rules: ReadonlyMap<string, { readonly info: RuleInfo }>,
  references: References,
  problems: Problem[],
): readonly Window[] {
  const byId = new Map(correlations.map((correlation) => [correlation.id, correlation]));
  const shop: Workshop = { rules, correlations: byId, references, problems, done: new Map(), open: [] };
  return correlations.flatMap((correlation) => compileOne(correlation, shop).window ?? []);
}

function compileOne(correlation: SigmaCorrelation, shop: Workshop): Done {
  const known = shop.done.get(correlation.id);
  if (known !== undefined) return known;
  shop.open.push(correlation.id);
  const before = shop.problems.length;
  const compiled = compile(correlation, shop);
  shop.open.pop();
  const done = shop.problems.length > before ? { ...compiled, window: undefined } : compiled;
  shop.done.set(correlation.id, done);
  return done;
}

/** What a correlation lists: one entry a rule or correlation that could be compiled. */
interface Fed {
  readonly name: string;
  readonly info: RuleInfo;
  readonly depth: number;
  readonly level: number;
}

function compile(correlation: SigmaCorrelation, shop: Workshop): Done {
  const { problems, references } = shop;
  const feeding = correlation.rules.flatMap((reference) => fedBy(reference, correlation, shop) ?? []);
  const depth = 1 + Math.max(0, ...feeding.map((each) => each.depth));
  const aliases = references.aliases(correlation);
  if (aliases === undefined || feeding.length < correlation.rules.length)
    return { window: undefined, depth, level: 0 };
  const tell = (message: string) => problems.push({ ...correlation.place, message });
  if (depth > MAX_CHAIN) tell(`a chain of more than ${MAX_CHAIN} correlations. Make it shorter.`);
  const ruleIds = [...new Set(feeding.map(({ info }) => info.id))];
  const alternatives = compileAlternatives(correlation, feeding, ruleIds, shop, tell);
  const { rules: _, generate: __, ...matching } = correlation.source;
  const revision = revisionOf([
    correlation.acrossAccounts ? { ...matching, acrossAccounts: true } : matching,
    feeding.map(({ info }) => info.revision),
  ]);
  const isChain = depth > 1;
  const isSequence = isChain || isTemporal(correlation.type);
  const falsifiable = isFalsifiable(correlation, alternatives);
  const level = Number(falsifiable) + Math.max(0, ...feeding.map((each) => each.level));
  const compiled: CompiledCorrelation = {
    info: { ...ruleInfoOf(correlation, revision), isSequence },
    type: correlation.type,
    ruleIds,
    spanMs: correlation.spanMs,
    condition: correlation.condition,
    ...(alternatives === undefined ? {} : { alternatives }),
    valueFields: correlation.valueFields,
    ...(correlation.percentile === undefined ? {} : { percentile: correlation.percentile }),
    aliases,
    settlings: falsifiable ? level : 0,
    acrossAccounts: correlation.acrossAccounts,
    alerts: true,
  };
  return { window: { correlation: compiled, generate: correlation.generate }, depth, level };
}

function fedBy(
  reference: SigmaCorrelation['rules'][number],
  { id, place, acrossAccounts }: SigmaCorrelation,
  shop: Workshop,
): Fed | undefined {
  const tell = (message: string) => {
    shop.problems.push({ file: place.file, line: reference.line, message });
  };
  const member: SigmaRule | SigmaCorrelation | undefined = shop.references.member(reference, place.file);
  if (member === undefined) return undefined;
  const inner = shop.correlations.get(member.id);
  if (inner === undefined) {
    const info = shop.rules.get(member.id)?.info;
    if (info === undefined) tell(problemsOfItsOwn(reference.text));
    return info === undefined ? undefined : { name: reference.text, info, depth: 0, level: 0 };
  }
  if (inner.id === id || shop.open.includes(inner.id)) {
    tell(`"${reference.text}" is fed by this correlation itself. Break the circle.`);
    return undefined;
  }
  const { window, depth, level } = compileOne(inner, shop);
  if (window === undefined) tell(problemsOfItsOwn(reference.text));
  else if (window.correlation.acrossAccounts !== acrossAccounts)
    tell(`"${reference.text}" and this correlation must both have "x-across-accounts: true", or neither.`);
  return window === undefined
    ? undefined
    : { name: reference.text, info: window.correlation.info, depth, level };
}

type Tell = (message: string) => unknown;

/** What a temporal type asks for; without a condition, all its rules. */
function compileAlternatives(
  { type, expression, rules, condition, place }: SigmaCorrelation,
  feeding: readonly Fed[],
  ruleIds: readonly string[],
  { references }: Workshop,
  tell: Tell,
): readonly RuleAlternative[] | undefined {
  if (!isTemporal(type)) return undefined;
  if (type === 'temporal_ordered' && ruleIds.length < rules.length)
    tell('a rule stands twice in the list of a "temporal_ordered". Name each once.');
  if (condition.some(({ op, threshold }) => isOutOfReach(op, threshold, ruleIds.length)))
    tell(`the condition asks for more rules than the ${ruleIds.length} that are listed. Lower it.`);
  if (condition.length > 0) return undefined;
  if (expression === undefined) return [{ all: ruleIds, none: [] }];
  const resolved = resolve(expression, (name) => {
    const listed = feeding.find((each) => each.name === name)?.info.id;
    const id = listed ?? references.member({ text: name, line: place.line }, place.file)?.id;
    if (id !== undefined && !ruleIds.includes(id))
      tell(`"${name}" in the condition is not among "rules". Add it.`);
    return id ?? name;
  });
  const named = namesIn(resolved);
  for (const { name, info } of feeding)
    if (!named.includes(info.id)) tell(`"${name}" among "rules" is not in the condition. Name it there.`);
  const alternatives = alternativesOf(resolved, ruleIds);
  if (alternatives === undefined) tell('the condition has too many ways to hold. Make two rules of it.');
  if (alternatives?.length === 0) tell('the condition never holds: it asks for a rule and for its absence.');
  return alternatives ?? [];
}

function isOutOfReach(op: Threshold['op'], threshold: number, rules: number): boolean {
  return op === 'gt' ? threshold >= rules : (op === 'gte' || op === 'eq') && threshold > rules;
}

function resolve(expression: RuleExpression, idOf: (name: string) => string): RuleExpression {
  if (expression.kind === 'rule') return { kind: 'rule', name: idOf(expression.name) };
  if (expression.kind === 'not') return { kind: 'not', part: resolve(expression.part, idOf) };
  return { kind: expression.kind, parts: expression.parts.map((part) => resolve(part, idOf)) };
}

/** Can further events make the condition false again? Sums too: a number may be negative. */
function isFalsifiable(
  { type, condition }: SigmaCorrelation,
  alternatives: readonly RuleAlternative[] | undefined,
): boolean {
  if (isNumeric(type)) return true;
  if (condition.some(({ op }) => !RISING_OPERATORS.includes(op))) return true;
  return alternatives?.some(({ none }) => none.length > 0) ?? false;
}

/**
 * A rule alerts unless correlations use it and none of them asks for its own alerts. One of
 * level `informational` that is used never does: by Sigma that level is for marking events, not for alerts.
 */
export function rulesThatAlert(
  windows: readonly Window[],
): (rule: Pick<RuleInfo, 'id' | 'level'>) => boolean {
  const using = (id: string) => windows.filter(({ correlation }) => correlation.ruleIds.includes(id));
  return ({ id, level }) => {
    const users = using(id);
    return users.length === 0 || (level !== 'informational' && users.some(({ generate }) => generate));
  };
}
