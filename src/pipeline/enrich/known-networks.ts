/**
 * What the number or name of a network says of those behind it. Hand-picked from the
 * network names of RouteViews and the registries (the data of @ip-location-db/asn).
 */

/** Networks of Amazon, by number: 16509 and 14618 are AWS', the others its older, regional and sovereign ones. */
const AMAZON: ReadonlySet<number> = new Set([
  ...[16509, 14618, 8987, 9059, 7224, 801, 21664, 36263, 62785, 135630, 214101, 400098, 401395, 38895],
]);

export function isAmazon(asn: number | undefined): boolean {
  return asn !== undefined && AMAZON.has(asn);
}

/**
 * Associations whose networks carry Tor exits, and little else: Stiftung Erneuerbare
 * Freiheit, Emerald Onion, Calyx Institute, Quintex Alliance Consulting, Foundation for
 * Applied Privacy, F3 Netze, Church of Cyberology, DFRI, Unredacted, QuxLabs. Other exits stand
 * in common hosting networks: they need a list (`places.torExits`).
 */
const TOR_OPERATORS: ReadonlySet<number> = new Set([
  60729, 396507, 4224, 401370, 62744, 208323, 205100, 215125, 198093, 401401, 401720, 214503,
]);

export function isTorOperator(asn: number | undefined): boolean {
  return asn !== undefined && TOR_OPERATORS.has(asn);
}

/** Large providers whose name does not say that they rent out servers or carry a VPN. */
const HOSTING: ReadonlySet<number> = new Set([
  ...[
    15169, 396982, 19527, 8075, 8068, 8069, 13335, 209242, 31898, 45102, 37963, 132203, 45090, 55990, 136907,
  ],
  ...[14061, 393406, 24940, 213230, 212317, 16276, 35540, 63949, 20473, 12876, 51167, 60781, 28753, 30633],
  ...[9009, 16247, 33970, 212238, 60068, 211612, 39351, 216025, 199218, 209103, 208172, 62371],
  ...[53667, 200651, 210644, 216246, 40676, 8100, 36352, 29802, 202053, 25697, 204548, 36007, 8560, 26496],
  ...[22612, 47583, 204915, 14956, 27411, 19148, 395954, 396362, 394380, 16265, 49981, 43350, 49505],
]);

const HOSTING_NAME =
  /\b(hosting|hoster|vps|cloud|data ?cent(er|re)s?|colo(cation)?|dedicated|servers?|vpn|virtual private|ovh|hetzner|leaseweb|digitalocean|linode|vultr|contabo|scaleway|online s\.?a\.?s)\b/i;

/**
 * Whether servers for hire, or a VPN, stand behind the network: people do not sit there.
 * Amazon's own networks are told apart (`isAmazon`): a company's workloads call from there all day.
 */
export function isHosting(asn: number | undefined, name: string | undefined): boolean {
  if (asn === undefined || isAmazon(asn)) return false;
  return HOSTING.has(asn) || HOSTING_NAME.test(name ?? '');
}
