import { type CompiledTest, type CompileOptions, compileItem, type SubjectTest } from './compile-item.ts';
import { type Condition, namesCovered } from './condition.ts';
import type { Detection, Selection } from './sigma-rule.ts';

/**
 * A detection as one test. Its event names are a sound witness: an event of
 * another name cannot match, and they are undefined wherever that is not certain.
 */
export function compileDetection(detection: Detection, options: CompileOptions): CompiledTest {
  const selections = new Map<string, CompiledTest>();
  for (const [name, selection] of detection.selections) {
    selections.set(name, compileSelection(selection, options));
  }
  return anyOf(detection.conditions.map((condition) => compileCondition(condition, selections)));
}

function compileSelection(selection: Selection, options: CompileOptions): CompiledTest {
  if (selection.kind === 'item') return compileItem(selection.item, options);
  const parts = selection.parts.map((part) => compileSelection(part, options));
  return selection.kind === 'all' ? allOf(parts) : anyOf(parts);
}

function compileCondition(condition: Condition, selections: ReadonlyMap<string, CompiledTest>): CompiledTest {
  switch (condition.kind) {
    case 'and':
      return allOf(condition.parts.map((part) => compileCondition(part, selections)));
    case 'or':
      return anyOf(condition.parts.map((part) => compileCondition(part, selections)));
    case 'not':
      return negate(compileCondition(condition.part, selections));
    case 'selection':
      return selections.get(condition.name) ?? anyOf([]);
    case 'of': {
      const names = namesCovered(condition.pattern, [...selections.keys()]);
      const parts = names.map((name) => selections.get(name) ?? anyOf([]));
      return condition.quantifier === 'all' ? allOf(parts) : anyOf(parts);
    }
  }
}

function negate({ test }: CompiledTest): CompiledTest {
  return { test: (subject) => !test(subject), eventNames: undefined };
}

/** Every part: what a name must pass is what all parts with a witness let pass. */
export function allOf(parts: readonly CompiledTest[]): CompiledTest {
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return only;
  const tests: readonly SubjectTest[] = parts.map((part) => part.test);
  const sets = parts.flatMap((part) => part.eventNames ?? []);
  const [first, ...rest] = sets;
  const eventNames =
    first === undefined
      ? undefined
      : new Set([...first].filter((name) => rest.every((set) => set.has(name))));
  return { test: (subject) => tests.every((test) => test(subject)), eventNames };
}

/** At least one part; none matches nothing. */
function anyOf(parts: readonly CompiledTest[]): CompiledTest {
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return only;
  const tests: readonly SubjectTest[] = parts.map((part) => part.test);
  const sets = parts.map((part) => part.eventNames);
  const eventNames = sets.includes(undefined) ? undefined : new Set(sets.flatMap((set) => [...(set ?? [])]));
  return { test: (subject) => tests.some((test) => test(subject)), eventNames };
}
