import { type CompiledTest, type CompileOptions, compileItem } from './compile-item.ts';
import { type Condition, namesCovered } from './condition.ts';
import type { SubjectTest } from './field-value.ts';
import { unsureOfNot, unsureOfParts } from './left-out.ts';
import type { Detection, Selection } from './sigma-rule.ts';
import { everyWitness, someWitness } from './witness.ts';

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

function negate(part: CompiledTest): CompiledTest {
  const { test } = part;
  return {
    test: (subject) => !test(subject),
    unsure: unsureOfNot(part),
    eventNames: undefined,
    eventSources: undefined,
    witness: undefined,
  };
}

/** Every part: what an event must have is what all parts with a demand let pass. */
export function allOf(parts: readonly CompiledTest[]): CompiledTest {
  const [first, second, ...others] = parts;
  if (first !== undefined && second === undefined) return first;
  return {
    test:
      first !== undefined && second !== undefined && others.length === 0
        ? bothHold(first.test, second.test)
        : everyHolds(parts.map((part) => part.test)),
    unsure: unsureOfParts(parts, everyHolds),
    eventNames: intersection(parts.map((part) => part.eventNames)),
    eventSources: intersection(parts.map((part) => part.eventSources)),
    witness: everyWitness(parts.map((part) => part.witness)),
  };
}

function bothHold(first: SubjectTest, second: SubjectTest): SubjectTest {
  return (subject) => first(subject) && second(subject);
}

function everyHolds(tests: readonly SubjectTest[]): SubjectTest {
  return (subject) => {
    for (const test of tests) if (!test(subject)) return false;
    return true;
  };
}

/** At least one part; none matches nothing. */
function anyOf(parts: readonly CompiledTest[]): CompiledTest {
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return only;
  return {
    test: oneHolds(parts.map((part) => part.test)),
    unsure: unsureOfParts(parts, oneHolds),
    eventNames: union(parts.map((part) => part.eventNames)),
    eventSources: union(parts.map((part) => part.eventSources)),
    witness: someWitness(parts.map((part) => part.witness)),
  };
}

function oneHolds(tests: readonly SubjectTest[]): SubjectTest {
  return (subject) => {
    for (const test of tests) if (test(subject)) return true;
    return false;
  };
}

type Demand = ReadonlySet<string> | undefined;

function intersection(demands: readonly Demand[]): Demand {
  const [first, ...rest] = demands.filter((demand) => demand !== undefined);
  return first && new Set([...first].filter((text) => rest.every((demand) => demand.has(text))));
}

function union(demands: readonly Demand[]): Demand {
  const known = demands.filter((demand) => demand !== undefined);
  return known.length < demands.length ? undefined : new Set(known.flatMap((demand) => [...demand]));
}
