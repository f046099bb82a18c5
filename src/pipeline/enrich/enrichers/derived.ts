import { textAt } from '../../../domain/record.ts';
import type { DerivedFact, FactValue } from '../derived/fact.ts';
import { DERIVED_FACTS } from '../derived/registry.ts';
import type { Enricher } from '../enricher.ts';

/** The facts by the call that they are read from. */
const FACTS_OF: ReadonlyMap<string, readonly DerivedFact[]> = byCall(DERIVED_FACTS);

/**
 * Facts that Sigma cannot express, such as two tests on one element of a list.
 * A fact that the record does not tell (parameters left out) is absent, not false.
 */
export const derivedEnricher: Enricher<'derived'> = {
  name: 'derived',
  enrich({ record }) {
    const facts = FACTS_OF.get(`${textAt(record, 'eventSource')} ${textAt(record, 'eventName')}`) ?? [];
    const said: Record<string, FactValue> = {};
    for (const fact of facts) {
      const value = fact.says(record);
      if (value !== undefined) said[fact.name] = value;
    }
    return said;
  },
};

function byCall(facts: readonly DerivedFact[]): ReadonlyMap<string, readonly DerivedFact[]> {
  const found = new Map<string, DerivedFact[]>();
  for (const fact of facts)
    for (const call of fact.calls) found.set(call, [...(found.get(call) ?? []), fact]);
  return found;
}
