import type { PlaceFiles } from '../adapters/places/databases.ts';
import { createPlaces } from '../adapters/places/places.ts';
import type { Places } from '../domain/place.ts';

/** The user's own files as the configuration names them; undefined: what comes with trailhive. */
type Configured = { readonly [Name in keyof PlaceFiles]?: string | undefined };

/** Databases of addresses: of the user's own where named, else those that come with trailhive. Nothing is read yet. */
export function openPlaces({ country, asn, torExits }: Configured = {}): Places & { load(): void } {
  return createPlaces({
    ...(country === undefined ? {} : { country }),
    ...(asn === undefined ? {} : { asn }),
    ...(torExits === undefined ? {} : { torExits }),
  });
}
