/** Whether a request may go out: ms to wait before the next sensible try, 0 for now. */
export interface CircuitBreaker {
  blockedMs(): number;
  succeeded(): void;
  failed(): void;
}

export interface CircuitBreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open before one probe may pass, ms. */
  readonly openMs: number;
  readonly now: () => number;
}

/**
 * Stops asking a server that is down: after `failures` failures in a row nothing
 * goes out for `openMs`, then one probe; its result closes or opens it again.
 */
export function createCircuitBreaker({ failures, openMs, now }: CircuitBreakerOptions): CircuitBreaker {
  let inARow = 0;
  let openUntil = 0;
  return {
    blockedMs() {
      if (inARow < failures) return 0;
      const leftMs = openUntil - now();
      if (leftMs > 0) return leftMs;
      // This caller is the probe; the others wait until it is back.
      openUntil = now() + openMs;
      return 0;
    },
    succeeded() {
      inARow = 0;
    },
    failed() {
      inARow += 1;
      if (inARow >= failures) openUntil = now() + openMs;
    },
  };
}
