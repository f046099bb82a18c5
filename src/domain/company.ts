/** What a company knows of itself, as the middle of trailhive asks for it. It changes while trailhive runs. */

/** In rising order. */
export const CRITICALITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Criticality = (typeof CRITICALITIES)[number];

export interface AccountFacts {
  readonly name: string;
  readonly environment?: string;
  readonly owner?: string;
  readonly criticality?: Criticality;
  readonly role?: string;
}

/** What a principal is to the company; how far it reaches in AWS is `Reach`. */
export interface PrincipalFacts {
  readonly kind?: 'person' | 'pipeline' | 'service';
  readonly owner?: string;
  readonly team?: string;
  /** Whom to call, in the company's own words. */
  readonly onCall?: string;
  readonly admin?: boolean;
  readonly breakGlass?: boolean;
}

export const NETWORK_KINDS = ['company', 'vpn', 'nat', 'partner', 'other'] as const;

export interface NetworkFacts {
  readonly name: string;
  readonly kind: (typeof NETWORK_KINDS)[number];
  /** Under the company's own control: `company`, `vpn` and `nat`. */
  readonly isOurs: boolean;
}

export interface AssetFacts {
  readonly name?: string;
  readonly criticality?: Criticality;
  readonly owner?: string;
}

/** What is known of a machine image; nothing in it: the image is not known. */
export interface ImageFacts {
  /** Stated for the image, else for its owner. */
  readonly allowed?: boolean;
  /** Account or alias (`amazon`) that owns it. */
  readonly owner?: string;
  /** Its owner is one of the company's accounts. */
  readonly own?: boolean;
}

/** Kinds of harm that an action can do, after Cloudsplaining. */
export const RISK_CLASSES = [
  'privilege-escalation',
  'resource-exposure',
  'data-exfiltration',
  'credential-exposure',
  'infrastructure-modification',
  'defence-evasion',
] as const;
export type RiskClass = (typeof RISK_CLASSES)[number];

/** In rising order: may nothing, may only read, may change things, is one step from admin, may do anything. */
export const REACH_LEVELS = ['none', 'read', 'write', 'nearly-admin', 'admin'] as const;
export type ReachLevel = (typeof REACH_LEVELS)[number];

/** What a principal's policies would let it do: its blast radius. */
export interface Reach {
  readonly level: ReachLevel;
  /** In the order of `RISK_CLASSES`. */
  readonly riskClasses: readonly RiskClass[];
}

/** The company's knowledge, from `context/` and IAM snapshots. Everything unknown is undefined, not false. */
export interface CompanyContext {
  account(id: string): AccountFacts | undefined;
  principal(principal: string): PrincipalFacts | undefined;
  /** True for a principal that must never be silenced. */
  isBreakGlass(principal: string): boolean;
  /** Undefined where neither `context/` nor a snapshot tells. */
  isAdmin(principal: string): boolean | undefined;
  /** Members of the IAM group (an ARN) are administrators. */
  isAdminGroup(group: string): boolean;
  /** Undefined without a snapshot of the principal's account, or where that does not know it. */
  reach(principal: string): Reach | undefined;
  /** `undefined`: in no listed network. */
  network(address: string): NetworkFacts | undefined;
  /** Any network is listed: only then says an address outside them something. */
  readonly knowsNetworks: boolean;
  asset(resource: string): AssetFacts | undefined;
  isCritical(resource: string): boolean;
  /** Undefined where no image and no owner of images is listed. */
  image(id: string): ImageFacts | undefined;
  /** Undefined where nothing is listed for the account. */
  instanceTypeInUse(account: string, type: string): boolean | undefined;
  regionInUse(account: string, region: string): boolean | undefined;
  /** Undefined where no working hours apply to the principal. `time` is epoch ms. */
  inWorkingHours(account: string, principal: string, time: number): boolean | undefined;
}

/** The higher of two criticalities; what is unknown counts for nothing. */
export function maxCriticality(
  a: Criticality | undefined,
  b: Criticality | undefined,
): Criticality | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return CRITICALITIES.indexOf(a) >= CRITICALITIES.indexOf(b) ? a : b;
}
