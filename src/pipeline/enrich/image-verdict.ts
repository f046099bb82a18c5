import type { CompanyContext, ImageFacts } from '../../domain/company.ts';

/** From harmless to suspicious: of several images of one call, the most suspicious speaks. */
const VERDICTS = ['allowed', 'own', 'unknown', 'foreign', 'not-allowed'] as const;
export type ImageVerdict = (typeof VERDICTS)[number];

/** What the company says of the images of a call; nothing where it lists none, or the call names none. */
export function imageVerdict(
  images: readonly string[],
  company: Pick<CompanyContext, 'image'>,
): { readonly image?: ImageVerdict; readonly imageOwner?: string } {
  const judged = images.flatMap((id) => {
    const facts = company.image(id);
    return facts === undefined ? [] : [{ facts, verdict: verdictOf(facts) }];
  });
  const [worst] = judged.toSorted((a, b) => VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict));
  if (worst === undefined) return {};
  const { owner } = worst.facts;
  return { image: worst.verdict, ...(owner === undefined ? {} : { imageOwner: owner }) };
}

function verdictOf({ allowed, own, owner }: ImageFacts): ImageVerdict {
  if (allowed !== undefined) return allowed ? 'allowed' : 'not-allowed';
  if (own === true) return 'own';
  return owner === undefined ? 'unknown' : 'foreign';
}
