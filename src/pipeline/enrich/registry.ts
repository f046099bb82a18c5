import type { Enricher } from './enricher.ts';
import { accountEnricher } from './enrichers/account.ts';
import { actionEnricher } from './enrichers/action.ts';
import { actorEnricher } from './enrichers/actor.ts';
import { companyEnricher } from './enrichers/company.ts';
import { derivedEnricher } from './enrichers/derived.ts';
import { placeEnricher } from './enrichers/place.ts';
import { sourceEnricher } from './enrichers/source.ts';
import { targetEnricher } from './enrichers/target.ts';

/** One enricher for each root of the context; the file in `enrichers/` bears the root's name. */
export const enrichers = {
  actor: actorEnricher,
  account: accountEnricher,
  action: actionEnricher,
  source: sourceEnricher,
  place: placeEnricher,
  target: targetEnricher,
  company: companyEnricher,
  derived: derivedEnricher,
} as const satisfies { readonly [Root in Enricher['name']]: Enricher<Root> };
