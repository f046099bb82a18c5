import { fold } from './fold.ts';
import type { CompiledRule } from './rule-set.ts';

/** The rules that could match a record, in their order. */
export type RuleIndex = (record: Readonly<Record<string, unknown>>) => readonly CompiledRule[];

/**
 * Finds rules by event name and event source; those that neither narrows down are
 * among the rules of every record. A name or source that is no text rules nothing out.
 */
export function createRuleIndex(rules: readonly CompiledRule[]): RuleIndex {
  const nameOf = knownTexts(rules.flatMap((rule) => rule.eventNames ?? []));
  const sourceOf = knownTexts(rules.flatMap((rule) => rule.eventSources ?? []));
  const found = new Map<string | undefined, Map<string | undefined, readonly CompiledRule[]>>();
  return (record) => {
    const name = nameOf(record['eventName']);
    const source = sourceOf(record['eventSource']);
    let bySource = found.get(name);
    if (bySource === undefined) {
      bySource = new Map();
      found.set(name, bySource);
    }
    let candidates = bySource.get(source);
    if (candidates === undefined) {
      candidates = rules.filter((rule) => lets(rule.eventNames, name) && lets(rule.eventSources, source));
      bySource.set(source, candidates);
    }
    return candidates;
  };
}

/** Stands for every text that no rule names. */
const OTHER = '';

function lets(demand: readonly string[] | undefined, text: string | undefined): boolean {
  return demand === undefined || text === undefined || demand.includes(text);
}

/** Spellings are remembered up to here: what is attacker-written must not fill the memory. */
const MAX_SPELLINGS = 10_000;
const MAX_SPELLING_CHARS = 256;

/** The folded text where rules name it, else `OTHER`; undefined for what is no text. */
function knownTexts(texts: readonly string[]): (value: unknown) => string | undefined {
  const known = new Set(texts);
  const spellings = new Map<string, string>();
  return (value) => {
    if (typeof value !== 'string') return undefined;
    const spelling = spellings.get(value);
    if (spelling !== undefined) return spelling;
    const folded = fold(value);
    const text = known.has(folded) ? folded : OTHER;
    if (spellings.size >= MAX_SPELLINGS) spellings.clear();
    if (value.length <= MAX_SPELLING_CHARS) spellings.set(value, text);
    return text;
  };
}
