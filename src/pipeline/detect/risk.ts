import { clip } from '../../domain/clip.ts';
import { CRITICALITIES, REACH_LEVELS } from '../../domain/company.ts';
import type { EnrichedEvent } from '../../domain/event.ts';
import type { RiskFact, RiskFacts } from '../../domain/risk.ts';

const WHY_LENGTH = 200;

/** What one event says of the factors of the score. `novelty` is known by whoever remembers. */
export function riskOf({ context }: EnrichedEvent, novelty?: RiskFact<'novelty'>): RiskFacts {
  return {
    ...fact('reach', reachOf(context)),
    ...fact('criticality', criticalityOf(context)),
    ...fact('novelty', novelty),
    ...fact('place', placeOf(context)),
  };
}

type Context = EnrichedEvent['context'];

function fact<Factor extends keyof RiskFacts>(name: Factor, said: RiskFacts[Factor]): RiskFacts {
  return said === undefined ? {} : { [name]: { ...said, why: clip(said.why, WHY_LENGTH) } };
}

function reachOf({ company }: Context): RiskFact<'reach'> | undefined {
  const level = REACH_LEVELS.find((each) => each === company.actorReach);
  if (level === undefined) return undefined;
  const open = company.actorRiskClasses ?? [];
  return {
    level,
    why: open.length === 0 ? 'no risk class is open to the actor' : `the actor may do ${open.join(', ')}`,
  };
}

/** What is said of the asset is meant more exactly than what is said of its account. */
function criticalityOf({ company, account }: Context): RiskFact<'criticality'> | undefined {
  const ofAsset = CRITICALITIES.find((each) => each === company.assetCriticality);
  if (ofAsset !== undefined) return { level: ofAsset, why: `asset ${company.asset ?? 'listed in context'}` };
  const level = CRITICALITIES.find((each) => each === account.criticality);
  return level === undefined ? undefined : { level, why: `account ${account.name ?? account.id}` };
}

function placeOf({ company, place }: Context): RiskFact<'place'> | undefined {
  if (company.networkIsOurs === true) return { level: 'company', why: `network ${company.network ?? ''}` };
  if (place.tor === true) return { level: 'tor', why: 'Tor exit' };
  if (place.hosting === true) return { level: 'hosting', why: `hosting provider ${place.asnName ?? ''}` };
  // An address of Amazon's may be anybody's machine there: only a service's own name speaks for AWS.
  if (place.scope === 'service') return { level: 'aws', why: 'AWS itself' };
  return undefined;
}
