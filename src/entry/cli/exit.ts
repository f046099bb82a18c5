import { messageOf, TrailhiveError } from '../../domain/errors.ts';

/** 0 done, 1 failed, 2 wrong use or configuration. */
export type ExitCode = 0 | 1 | 2;

/** The exit code that a failure calls for, and what to say about it. */
export function exitOf(error: unknown): { readonly code: ExitCode; readonly message: string } {
  if (error instanceof TrailhiveError) {
    return { code: error.fault === 'config' ? 2 : 1, message: error.message };
  }
  const detail = error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error);
  return { code: 1, message: `Unexpected failure, please report it: ${detail}` };
}
