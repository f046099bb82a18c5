import type { CompiledCorrelation } from '../../language/sigma/rule-set.ts';

/** One correlation that another one feeds. */
export interface Link {
  readonly outer: CompiledCorrelation;
  /** Id of the correlation that it lists. */
  readonly innerId: string;
}

/** How rules and correlations feed each other. */
export interface CorrelationIndex {
  /** Those that list the rule or correlation. */
  fedBy(ruleId: string): readonly CompiledCorrelation[];
  byId(id: string): CompiledCorrelation | undefined;
  /** Every link of the chains that begin at a correlation, however far. */
  chainsFrom(id: string): readonly Link[];
}

export function indexCorrelations(all: readonly CompiledCorrelation[]): CorrelationIndex {
  const fed = new Map<string, CompiledCorrelation[]>();
  for (const correlation of all)
    for (const ruleId of new Set(correlation.ruleIds))
      fed.set(ruleId, [...(fed.get(ruleId) ?? []), correlation]);
  const byId = new Map(all.map((correlation) => [correlation.info.id, correlation]));
  const fedBy = (ruleId: string) => fed.get(ruleId) ?? [];
  const chains = new Map(all.map(({ info }) => [info.id, linksFrom(info.id, fedBy)]));
  return { fedBy, byId: (id) => byId.get(id), chainsFrom: (id) => chains.get(id) ?? [] };
}

function linksFrom(id: string, fedBy: CorrelationIndex['fedBy']): readonly Link[] {
  const links: Link[] = [];
  const open = [id];
  const seen = new Set(open);
  for (let innerId = open.pop(); innerId !== undefined; innerId = open.pop()) {
    for (const outer of fedBy(innerId)) {
      links.push({ outer, innerId });
      if (!seen.has(outer.info.id)) open.push(outer.info.id);
      seen.add(outer.info.id);
    }
  }
  return links;
}
