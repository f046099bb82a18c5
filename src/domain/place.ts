/** What a database knows of an address. */
export interface PlaceFacts {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** Number and name of the network (autonomous system) that announces the address. */
  readonly asn?: number;
  readonly asnName?: string;
  /** The address is listed as an exit of the Tor network. */
  readonly tor?: true;
}

/** Databases of addresses. A look-up is synchronous; the first one may load a file. It never throws. */
export interface Places {
  /** `address` is canonical text, IPv4 or IPv6. Empty where nothing is known. */
  lookUp(address: string): PlaceFacts;
}

const UNKNOWN: PlaceFacts = {};

/** For runs without databases. */
export const NO_PLACES: Places = { lookUp: () => UNKNOWN };
