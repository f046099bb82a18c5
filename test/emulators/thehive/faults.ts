/** Scripted troubles: each is used up by the requests it matches, and must be. */
import type { LoggedRequest } from './store.ts';

export type FaultKind = 'status' | 'slow' | 'cut-before' | 'cut-after-commit';

/** A trouble that meets the next `times` matching requests. Without method and path it meets any. */
export interface FaultScript {
  readonly kind: FaultKind;
  readonly method?: string;
  /** Part of the decoded path and query (string), or a pattern over it. */
  readonly path?: string | RegExp;
  /** How many requests it meets; 1 if left out. */
  readonly times?: number;
  /** For `status`: 503, 429, 500 …; 503 if left out. Answered as a proxy does, not as TheHive. */
  readonly status?: number;
  /** For `status`: the `Retry-After` header, in seconds. */
  readonly retryAfterSeconds?: number;
  /** For `slow`: how long the request waits before it is worked on, ms. */
  readonly delayMs?: number;
}

export interface Faults {
  script(...faults: readonly FaultScript[]): void;
  /** Forgets what is left. */
  clear(): void;
  /** What is scripted and has met nobody yet, in words. */
  unconsumed(): readonly string[];
}

export function createFaults(): Faults & { take(request: LoggedRequest): FaultScript | undefined } {
  const pending: { readonly fault: FaultScript; left: number }[] = [];
  return {
    script(...faults) {
      pending.push(...faults.map((fault) => ({ fault, left: fault.times ?? 1 })));
    },
    clear() {
      pending.length = 0;
    },
    unconsumed() {
      return pending
        .filter((one) => one.left > 0)
        .map(
          ({ fault, left }) => `${fault.kind} ${fault.method ?? 'any'} ${fault.path ?? 'path'}: ${left} left`,
        );
    },
    take(request) {
      const found = pending.find((one) => one.left > 0 && meets(one.fault, request));
      if (found === undefined) return undefined;
      found.left -= 1;
      return found.fault;
    },
  };
}

function meets(fault: FaultScript, request: LoggedRequest): boolean {
  if (fault.method !== undefined && fault.method !== request.method) return false;
  if (fault.path === undefined) return true;
  return typeof fault.path === 'string' ? request.path.includes(fault.path) : fault.path.test(request.path);
}
