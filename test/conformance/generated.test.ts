import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseSigma } from '../../src/language/sigma/parse-sigma.ts';
import { type CompiledRule, createRuleSet } from '../../src/language/sigma/rule-set.ts';
import { aRuleText } from '../helpers/a-rule-set.ts';
import type { ConformanceCase } from './case.ts';
import { generateCases, sampleText } from './generate.ts';

const cases = generateCases();
const families = [...new Set(cases.map(({ feature }) => feature))];

/** All cases of a family in one rule set, so that what rules share is tested as well. */
function rulesOf(family: readonly ConformanceCase[]): ReadonlyMap<string, CompiledRule> {
  const parsed = family.map((one, index) =>
    parseSigma(aRuleText(one.detection, { id: `${index}` }), `${index}.yml`),
  );
  const given = family.find((one) => one.placeholders !== undefined)?.placeholders ?? {};
  const { ruleSet } = createRuleSet(parsed, { placeholders: new Map(Object.entries(given)) });
  return new Map(ruleSet.detections.map((rule) => [rule.info.id, rule]));
}

/** Event by event over all rules, as the pipeline does. */
function disagreements(family: readonly ConformanceCase[]): readonly string[] {
  const rules = rulesOf(family);
  const found = family.flatMap((one, index) =>
    (one.refused === undefined) === rules.has(`${index}`)
      ? []
      : [`${one.name} loads: ${rules.has(`${index}`)}`],
  );
  const asked = family.flatMap((one, index) => {
    const rule = rules.get(`${index}`);
    const rows = [
      ...(one.matches ?? []).map((row) => [row, true] as const),
      ...(one.misses ?? []).map((row) => [row, false] as const),
    ];
    return rule === undefined ? [] : rows.map(([row, expected]) => ({ name: one.name, rule, row, expected }));
  });
  const subjects = new Map(asked.map(({ row }) => [row, { record: row }]));
  asked.sort((a, b) => order(subjects, a.row) - order(subjects, b.row));
  for (const { name, rule, row, expected } of asked) {
    if (rule.matches(subjects.get(row) ?? { record: row }) !== expected)
      found.push(`${name} on ${JSON.stringify(row)} should be ${expected}`);
  }
  return found;
}

const places = new WeakMap<object, ReadonlyMap<unknown, number>>();

function order(subjects: ReadonlyMap<unknown, unknown>, row: unknown): number {
  const known = places.get(subjects) ?? new Map([...subjects.keys()].map((key, index) => [key, index]));
  places.set(subjects, known);
  return known.get(row) ?? 0;
}

describe('generated cases', () => {
  it('are many', () => {
    expect(cases.length).toBeGreaterThan(3000);
    expect(cases.filter(({ refused }) => refused !== undefined).length).toBeGreaterThan(300);
  });

  it.each(families)('of %s agree with the reference', (family) => {
    expect(disagreements(cases.filter(({ feature }) => feature === family)).slice(0, 20)).toEqual([]);
  });

  it('are sampled in a committed file', () => {
    const file = fileURLToPath(new URL('generated-sample.yml', import.meta.url));
    expect(readFileSync(file, 'utf8')).toBe(sampleText(cases));
  });
});
