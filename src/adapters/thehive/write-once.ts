import { faultOf, TrailhiveError } from '../../domain/errors.ts';
import { maybeDone } from './answer.ts';

export interface WriteOnceOptions {
  readonly wait: (ms: number) => Promise<void>;
  /** How long a fresh write may stay invisible to `find`: 0 for a read by id or name. */
  readonly lagMs: number;
  /** The server itself refuses a second one (a unique key): then the first look is saved. */
  readonly isUnique?: boolean;
}

const TRIES = 3;
const MAX_WAIT_MS = 10_000;

/**
 * Writes what `find` does not find, and looks again after a write whose outcome
 * is unknown (cut, timed out, 5xx) before it writes once more. So a create that
 * timed out after it succeeded is found, not doubled. `find` must look for
 * something that names the written thing: a unique key or a marker.
 */
export async function writeOnce<T>(
  { wait, lagMs, isUnique = false }: WriteOnceOptions,
  find: () => Promise<T | undefined>,
  write: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const found = attempt === 1 && isUnique ? undefined : await find();
    if (found !== undefined) return found;
    try {
      return await write();
    } catch (error) {
      const waitMs = attempt < TRIES ? waitAfter(error, lagMs, attempt) : undefined;
      if (waitMs === undefined) throw error;
      await wait(waitMs);
    }
  }
}

/** Undefined: not to be tried again here. */
function waitAfter(error: unknown, lagMs: number, attempt: number): number | undefined {
  if (faultOf(error) !== 'retryable') return undefined;
  const retryAfterMs = error instanceof TrailhiveError ? (error.retryAfterMs ?? 0) : 0;
  if (retryAfterMs > MAX_WAIT_MS) return undefined;
  return Math.max(retryAfterMs, maybeDone(error) ? lagMs : 0, 200 * attempt);
}
