/**
 * How much an alert matters: its severity times what is known of actor, target,
 * novelty and place. It orders work; it hides nothing and names nothing.
 */
import { RISK_FACTORS, type RiskFacts, type Score, type ScorePart } from '../../domain/risk.ts';
import type { Severity } from '../../domain/severity.ts';

/** `score` of the configuration. A level without a weight weighs 1. */
export interface ScoreWeights {
  /** Points of a finding about which nothing else is known. */
  readonly severity: Readonly<Record<Severity, number>>;
  readonly reach: Readonly<Record<string, number>>;
  readonly criticality: Readonly<Record<string, number>>;
  readonly novelty: Readonly<Record<string, number>>;
  readonly place: Readonly<Record<string, number>>;
  /** The least scores of severities in TheHive; below `medium` it is low. */
  readonly bands: { readonly medium: number; readonly high: number; readonly critical: number };
}

const MOST = 100;

/**
 * Builds the score: severity × reach × criticality × novelty × place, cut at 100. Pure;
 * where the weights of each factor rise with its levels, more of anything never
 * lowers it.
 */
export function createScore(weights: ScoreWeights): (severity: Severity, risk: RiskFacts) => Score {
  return (severity, risk) => {
    const parts: readonly ScorePart[] = [
      { name: 'severity', level: severity, weight: weights.severity[severity], why: '' },
      ...RISK_FACTORS.map((name) => {
        const { level, why } = risk[name] ?? { level: 'unknown', why: '' };
        return { name, level, weight: weights[name][keyOf(level)] ?? 1, why };
      }),
    ];
    const product = parts.reduce((value, { weight }) => value * weight, 1);
    const value = Math.min(MOST, Math.round(product));
    return { value, severity: bandOf(value, weights.bands), parts };
  };
}

/** `nearly-admin` is `nearlyAdmin` in the configuration. */
function keyOf(level: string): string {
  return level.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function bandOf(value: number, bands: ScoreWeights['bands']): Score['severity'] {
  if (value >= bands.critical) return 'critical';
  if (value >= bands.high) return 'high';
  return value >= bands.medium ? 'medium' : 'low';
}
