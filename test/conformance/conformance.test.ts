import { describe, expect, it } from 'vitest';
import { createMemoryWindows } from '../../src/adapters/memory/windows.ts';
import type { EventContext } from '../../src/domain/event.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { parseSigma } from '../../src/language/sigma/parse-sigma.ts';
import { createRuleSet, type RuleSet } from '../../src/language/sigma/rule-set.ts';
import { closeAll } from '../../src/pipeline/correlate/close-windows.ts';
import { createCorrelate } from '../../src/pipeline/correlate/correlate.ts';
import { toEvent } from '../../src/pipeline/decode/decode.ts';
import { createDetect } from '../../src/pipeline/detect/detect.ts';
import { createEnrich } from '../../src/pipeline/enrich/enrich.ts';
import { aCompany } from '../helpers/a-company.ts';
import { type ConformanceCase, conformanceCases, textsOf } from './case.ts';

type Data = Readonly<Record<string, unknown>>;

function load(one: ConformanceCase): { readonly ruleSet: RuleSet; readonly messages: readonly string[] } {
  const parsed = parseSigma(textsOf(one).join('\n---\n'), 'case.yml');
  const placeholders = new Map(Object.entries(one.placeholders ?? {}));
  const { ruleSet, problems } = createRuleSet([parsed], { placeholders });
  return { ruleSet, messages: [...parsed.problems, ...problems].map(({ message }) => message) };
}

/** Ids of the rules that alert on a record. */
function alerting(ruleSet: RuleSet, record: Data, context: Data | undefined): readonly string[] {
  const subject =
    context === undefined ? { record } : { record, context: context as unknown as EventContext };
  const matching = ruleSet.detections.filter((rule) => rule.alerts && rule.matches(subject));
  return matching.map(({ info }) => info.id).sort();
}

/** Rule -> ids of the events on which its window fired, each event delivered by itself. */
async function firing(
  ruleSet: RuleSet,
  records: readonly Data[],
): Promise<Readonly<Record<string, string[]>>> {
  const company = aCompany();
  const detect = createDetect(ruleSet, company);
  const windows = createMemoryWindows();
  const options = { latenessMs: 366 * 86_400_000 };
  const correlate = createCorrelate(ruleSet, windows, options);
  const deliveredAt = Date.parse('2026-12-01T00:00:00Z');
  const fired: Record<string, Set<string>> = {};
  const note = ({ rule, firing: keys }: Finding) => {
    fired[rule.id] ??= new Set();
    for (const key of keys) fired[rule.id]?.add(key.slice(0, key.lastIndexOf(':')));
  };
  for (const [index, record] of records.entries()) {
    const event = createEnrich(company)(toEvent(record, { id: 'case', deliveredAt }, index));
    const { findings } = await correlate(detect([event]).matches, deliveredAt);
    findings.forEach(note);
  }
  // What more events could have made false is decided when there are no more.
  (await closeAll(ruleSet, windows, options)).forEach(note);
  return Object.fromEntries(Object.entries(fired).map(([id, events]) => [id, [...events].sort()]));
}

const cases = conformanceCases();
const refused = cases.filter((one) => one.refused !== undefined);
const loaded = cases.filter((one) => one.refused === undefined);

describe('what must be refused', () => {
  it.each(refused)('$feature: $name', (one) => {
    const { ruleSet, messages } = load(one);
    expect(messages).not.toEqual([]);
    expect(messages.join('\n')).toContain(one.refused);
    expect(ruleSet.detections.map(({ info }) => info.id)).not.toContain('case');
  });
});

describe('what must match', () => {
  it.each(loaded)('$feature: $name', async (one) => {
    const { ruleSet, messages } = load(one);
    expect(messages).toEqual([]);
    const ask = (record: Data) => alerting(ruleSet, record, one.context).length > 0;
    expect((one.matches ?? []).filter((record) => !ask(record))).toEqual([]);
    expect((one.misses ?? []).filter(ask)).toEqual([]);
    for (const { event, rules } of one.events ?? [])
      if (rules !== undefined) expect(alerting(ruleSet, event, one.context)).toEqual(rules);
    if (one.fires !== undefined) {
      const records = (one.events ?? []).map(({ event }) => event);
      expect(await firing(ruleSet, records)).toEqual(one.fires);
    }
  });

  it.each(loaded)('$feature: $name (a case says what it expects)', (one) => {
    expect(one.matches ?? one.misses ?? one.events).not.toBeUndefined();
  });
});
