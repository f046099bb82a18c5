import type { CompanyContext, ImageFacts } from '../../domain/company.ts';
import type { ContextEntry } from './context-schema.ts';

/**
 * What the lists say of an image: what stands at the image itself before what stands
 * at its owner, by account id or alias.
 */
export function imageLookUp(
  images: readonly ContextEntry<'images'>[],
  owners: readonly ContextEntry<'imageOwners'>[],
  ownAccounts: ReadonlySet<string>,
): CompanyContext['image'] {
  if (images.length + owners.length === 0) return () => undefined;
  const known = new Map<string, Partial<ContextEntry<'images'>>>();
  for (const image of images) known.set(image.id, { ...known.get(image.id), ...image });
  const allowedOwners = new Map(owners.map(({ owner, allowed }) => [owner, allowed]));
  return (id): ImageFacts => {
    const { allowed, owner, alias } = known.get(id) ?? {};
    const byOwner = allowedOwners.get(owner ?? '') ?? allowedOwners.get(alias ?? '');
    const isAllowed = allowed ?? byOwner;
    const name = owner ?? alias;
    return {
      ...(isAllowed === undefined ? {} : { allowed: isAllowed }),
      ...(name === undefined ? {} : { owner: name }),
      ...(owner === undefined ? {} : { own: ownAccounts.has(owner) }),
    };
  };
}
