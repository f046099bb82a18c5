import type { PlaceFacts, Places } from '../../domain/place.ts';
import {
  type AsnOf,
  type CountryOf,
  openAsns,
  openCountries,
  openTorExits,
  type PlaceFiles,
} from './databases.ts';

/** Addresses of a log repeat; the memory of them is bounded, as callers can come from anywhere. */
const MAX_KNOWN = 8192;

interface Databases {
  readonly countryOf: CountryOf;
  readonly asnOf: AsnOf;
  readonly torExits: ReadonlySet<string>;
}

/**
 * Opens the databases when something is looked up for the first time: rules that ask
 * for no place never load them. Then look-ups are pure: the same address has the same
 * answer for as long as the process runs. `load` does it beforehand and throws `config`
 * for a file of the user's own that cannot be read; a look-up never throws and then knows nothing.
 */
export function createPlaces(files: PlaceFiles = {}): Places & { load(): void } {
  let databases: Databases | undefined;
  const known = new Map<string, PlaceFacts>();
  const open = () => {
    databases ??= {
      countryOf: openCountries(files.country),
      asnOf: openAsns(files.asn),
      torExits: openTorExits(files.torExits),
    };
    return databases;
  };
  return {
    load: () => void open(),
    lookUp(address) {
      const found = known.get(address);
      if (found !== undefined) return found;
      const facts = factsOf(address, open);
      if (known.size >= MAX_KNOWN) known.clear();
      known.set(address, facts);
      return facts;
    },
  };
}

function factsOf(address: string, open: () => Databases): PlaceFacts {
  try {
    const { countryOf, asnOf, torExits } = open();
    const country = countryOf(address);
    return {
      ...(country === undefined ? {} : { country }),
      ...asnOf(address),
      ...(torExits.has(address) ? { tor: true as const } : {}),
    };
  } catch {
    return {};
  }
}
