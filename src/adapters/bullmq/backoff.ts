import { TrailhiveError } from '../../domain/errors.ts';

export interface Backoff {
  /** Pause after the first failure; doubled after each. */
  readonly baseMs: number;
  /** The longest pause of our own making. */
  readonly capMs: number;
  /** The longest pause that the other side may ask for. */
  readonly askedCapMs: number;
}

const DEFAULT: Backoff = { baseMs: 2_000, capMs: 5 * 60_000, askedCapMs: 15 * 60_000 };

/** How long a failed job waits: ever longer up to a cap, and never shorter than the error asks for. */
export function createBackoff(backoff: Backoff = DEFAULT) {
  return (attemptsMade: number, _type?: string, error?: Error): number => {
    const own = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(attemptsMade - 1, 30));
    const asked = error instanceof TrailhiveError ? (error.retryAfterMs ?? 0) : 0;
    return Math.max(own, Math.min(asked, backoff.askedCapMs));
  };
}
