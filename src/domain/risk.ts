/**
 * What makes a finding matter beyond its rule's severity. Each factor has levels in
 * rising order; `unknown` stands where neither more nor less is to be feared.
 */
export const RISK_LEVELS = {
  /** What the actor's policies would let it do. */
  reach: ['none', 'read', 'unknown', 'write', 'nearly-admin', 'admin'],
  /** Of the asset that was touched, else of the account. */
  criticality: ['low', 'unknown', 'medium', 'high', 'critical'],
  /** Whether the actor was seen so before. */
  novelty: ['usual', 'unknown', 'new'],
  /** Where the call came from. */
  place: ['company', 'aws', 'unknown', 'hosting', 'tor'],
} as const;

export type RiskFactor = keyof typeof RISK_LEVELS;
export const RISK_FACTORS = Object.keys(RISK_LEVELS) as readonly RiskFactor[];
export type RiskLevel<Factor extends RiskFactor = RiskFactor> = (typeof RISK_LEVELS)[Factor][number];

/** A factor's level and, in words for people, what it follows from. */
export interface RiskFact<Factor extends RiskFactor = RiskFactor> {
  readonly level: RiskLevel<Factor>;
  readonly why: string;
}

/** Factors that are known; one that is absent is `unknown`. JSON-safe. */
export type RiskFacts = { readonly [Factor in RiskFactor]?: RiskFact<Factor> };

/**
 * What two things say together: of each factor the higher level, of equal ones the
 * smaller text. Order and repetition change nothing.
 */
export function mergeRisk(a: RiskFacts, b: RiskFacts): RiskFacts {
  const merged = RISK_FACTORS.flatMap((factor) => {
    const fact = higher(factor, a[factor], b[factor]);
    return fact === undefined ? [] : [[factor, fact] as const];
  });
  return Object.fromEntries(merged);
}

function higher(factor: RiskFactor, a: RiskFact | undefined, b: RiskFact | undefined): RiskFact | undefined {
  const difference = rankOf(factor, a) - rankOf(factor, b);
  if (difference !== 0) return difference > 0 ? a : b;
  if (a === undefined || b === undefined) return undefined;
  return a.why <= b.why ? a : b;
}

function rankOf(factor: RiskFactor, fact: RiskFact | undefined): number {
  return (RISK_LEVELS[factor] as readonly string[]).indexOf(fact?.level ?? 'unknown');
}

/** How much an alert matters, and why. */
export interface Score {
  /** 0 to 100. */
  readonly value: number;
  /** The severity that it stands for in TheHive. */
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  /** The severity's points, then a weight for each factor: `value` is their product, at most 100. */
  readonly parts: readonly ScorePart[];
}

export interface ScorePart {
  readonly name: 'severity' | RiskFactor;
  readonly level: string;
  readonly weight: number;
  readonly why: string;
}
