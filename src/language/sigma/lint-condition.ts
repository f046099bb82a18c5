import { type Condition, namesCovered } from './condition.ts';
import type { Detection } from './sigma-rule.ts';

/** Beyond this many selections, whether a condition can hold is not worked out: 2^n combinations. */
const MAX_SELECTIONS = 12;

/** What is dead in a detection, in sentences with a remedy. Empty where nothing is. */
export function lintDetection({ selections, conditions }: Detection): readonly string[] {
  const names = [...selections.keys()];
  const used = new Set(conditions.flatMap((condition) => namesUsed(condition, names)));
  const unused = names.filter((name) => !used.has(name));
  return [
    ...unused.map((name) => `no condition uses the selection "${name}". Use it, or remove it.`),
    ...conditions.flatMap((condition) => emptyPatterns(condition, names)).map(coversNothing),
    ...constantConditions({ kind: 'or', parts: conditions }, names),
  ];
}

function coversNothing(pattern: string): string {
  return `"1 of ${pattern}" covers no selection and never holds. Correct the pattern, or remove it.`;
}

function namesUsed(condition: Condition, names: readonly string[]): readonly string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap((part) => namesUsed(part, names));
    case 'not':
      return namesUsed(condition.part, names);
    case 'selection':
      return [condition.name];
    case 'of':
      return namesCovered(condition.pattern, names);
  }
}

function emptyPatterns(condition: Condition, names: readonly string[]): readonly string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.flatMap((part) => emptyPatterns(part, names));
    case 'not':
      return emptyPatterns(condition.part, names);
    case 'selection':
      return [];
    case 'of':
      return namesCovered(condition.pattern, names).length === 0 ? [condition.pattern] : [];
  }
}

/** Looks at every combination of selections that hold and do not. */
function constantConditions(condition: Condition, names: readonly string[]): readonly string[] {
  if (names.length > MAX_SELECTIONS) return [];
  let everTrue = false;
  let everFalse = false;
  for (let bits = 0; bits < 2 ** names.length; bits += 1) {
    const holding = new Set(names.filter((_, index) => (bits & (1 << index)) !== 0));
    if (holds(condition, names, holding)) everTrue = true;
    else everFalse = true;
  }
  if (!everTrue) return ['the condition can never hold, so the rule is dead. Correct the condition.'];
  return everFalse ? [] : ['the condition holds for every event. Correct the condition.'];
}

function holds(condition: Condition, names: readonly string[], holding: ReadonlySet<string>): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.parts.every((part) => holds(part, names, holding));
    case 'or':
      return condition.parts.some((part) => holds(part, names, holding));
    case 'not':
      return !holds(condition.part, names, holding);
    case 'selection':
      return holding.has(condition.name);
    case 'of': {
      const covered = namesCovered(condition.pattern, names);
      return condition.quantifier === 'all'
        ? covered.every((name) => holding.has(name))
        : covered.some((name) => holding.has(name));
    }
  }
}
