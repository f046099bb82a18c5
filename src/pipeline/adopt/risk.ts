import { clip } from '../../domain/clip.ts';
import { type CompanyContext, CRITICALITIES } from '../../domain/company.ts';
import type { Actor } from '../../domain/event.ts';
import type { RiskFact, RiskFacts } from '../../domain/risk.ts';

const WHY_LENGTH = 200;

/** What the company says of actor and resources of another product's finding: factors of the score. */
export function riskOf(
  subject: { readonly account: string; readonly actor: Actor; readonly resources: readonly string[] },
  company: CompanyContext,
): RiskFacts {
  const reach = reachOf(subject.actor, company);
  const criticality = criticalityOf(subject.account, subject.resources, company);
  return {
    ...(reach === undefined ? {} : { reach }),
    ...(criticality === undefined ? {} : { criticality }),
  };
}

function reachOf({ principal }: Actor, company: CompanyContext): RiskFact<'reach'> | undefined {
  const reach = principal === '' ? undefined : company.reach(principal);
  if (reach === undefined) return undefined;
  const { level, riskClasses } = reach;
  const open = riskClasses.join(', ');
  const why = open === '' ? 'no risk class is open to the actor' : `the actor may do ${open}`;
  return { level, why: clip(why, WHY_LENGTH) };
}

/** The most critical of the resources; what is said of none of them is said of the account. */
function criticalityOf(
  account: string,
  resources: readonly string[],
  company: CompanyContext,
): RiskFact<'criticality'> | undefined {
  const assets = resources.flatMap((resource) => {
    const asset = company.asset(resource);
    return asset?.criticality === undefined
      ? []
      : [{ level: asset.criticality, name: asset.name ?? resource }];
  });
  const [first] = assets.toSorted((a, b) => CRITICALITIES.indexOf(b.level) - CRITICALITIES.indexOf(a.level));
  if (first !== undefined) return { level: first.level, why: clip(`asset ${first.name}`, WHY_LENGTH) };
  const facts = company.account(account);
  if (facts?.criticality === undefined) return undefined;
  return { level: facts.criticality, why: clip(`account ${facts.name}`, WHY_LENGTH) };
}
