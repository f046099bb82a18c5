/**
 * What the caller should do about a failure:
 * - `config`: stop the start and have a person mend the configuration;
 * - `input`: set the input aside (dead letters, or 400) and go on with the rest;
 * - `permanent`: do not try again;
 * - `retryable`: try again later.
 */
export type Fault = 'config' | 'input' | 'permanent' | 'retryable';

export interface ErrorOptions {
  /** What failed underneath; kept for the log. */
  readonly cause?: unknown;
  /** Ids and numbers for the log. Never secrets, never whole records. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** For `retryable`: the earliest sensible time of the next try, in ms from now. */
  readonly retryAfterMs?: number;
}

/** The one error class. Its fault is decided where the failure is first caught; messages are never compared. */
export class TrailhiveError extends Error {
  override readonly name = 'TrailhiveError';
  readonly fault: Fault;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterMs: number | undefined;

  constructor(fault: Fault, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.fault = fault;
    this.details = options.details ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The fault of anything thrown. What nobody classified may be a passing trouble, so it is tried again. */
export function faultOf(error: unknown): Fault {
  return error instanceof TrailhiveError ? error.fault : 'retryable';
}

/** A thrown thing as one line for a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
