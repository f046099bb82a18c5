import type { Severity } from '../../domain/severity.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What has to agree before a scope may be suppressed. */
export interface EvidenceNeeded {
  /** Verdicts on different objects of TheHive, on different alerts. */
  readonly verdicts: number;
  readonly people: number;
  /** Different days, UTC. */
  readonly days: number;
}

/** How hard a suppression is to earn. */
export interface SuppressionProfile {
  readonly name: 'default' | 'demo';
  /** Undefined: never from a verdict. */
  readonly needed: Readonly<Record<Severity, EvidenceNeeded | undefined>>;
  /** How long, or how many times, it must have been right in shadow; undefined: no shadow. */
  readonly shadow: { readonly ms: number; readonly hits: number } | undefined;
  /** From entering a state until it hides nothing any more, ms. */
  readonly expiryMs: number;
}

const TWO_VERDICTS: EvidenceNeeded = { verdicts: 2, people: 1, days: 1 };
const ONE_VERDICT: EvidenceNeeded = { verdicts: 1, people: 1, days: 1 };

/** Design section 5 and docs/adr/0007. */
export const defaultProfile: SuppressionProfile = {
  name: 'default',
  needed: {
    informational: TWO_VERDICTS,
    low: TWO_VERDICTS,
    medium: { verdicts: 3, people: 2, days: 2 },
    high: undefined,
    critical: undefined,
  },
  shadow: { ms: 7 * DAY_MS, hits: 20 },
  expiryMs: 14 * DAY_MS,
};

/** For showing the way in a minute: one verdict hides at once. The ceiling stands all the same. */
export const demoProfile: SuppressionProfile = {
  name: 'demo',
  needed: {
    informational: ONE_VERDICT,
    low: ONE_VERDICT,
    medium: ONE_VERDICT,
    high: undefined,
    critical: undefined,
  },
  shadow: undefined,
  expiryMs: 14 * DAY_MS,
};

export const suppressionProfiles = { default: defaultProfile, demo: demoProfile } as const;
