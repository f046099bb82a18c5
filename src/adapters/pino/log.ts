import { pino } from 'pino';
import type { Log } from '../../domain/ports.ts';

/** Field names that never show their value, wherever they stand. */
const SECRET_FIELDS = ['key', 'secret', 'token', 'password', 'authorization', 'apiKey', 'adminKey'];

/** A warning that repeats within this time is counted instead of written. */
const REPEATS_WITHIN_MS = 10_000;

/**
 * JSON lines on standard error, so that standard output stays for results.
 *
 * A warning that repeats (every connection tells when Redis is away, many times a
 * second) is written once in ten seconds, with how often it was held back before.
 */
export function createLog(level: string, now: () => number = Date.now): Log {
  const destination = pino.destination({ fd: 2, sync: true });
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    destination,
  );
  const worthWriting = createRepeatFilter(now);
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => {
      const repeated = worthWriting(`${message}\n${String(fields['reason'])}`);
      if (repeated !== undefined) logger.warn(repeated === 0 ? fields : { ...fields, repeated }, message);
    },
    error: (fields, message) => logger.error(fields, message),
  };
}

const MAX_REMEMBERED = 1000;

/** Undefined: hold it back. Else how many of the kind were held back since the last that was written. */
export function createRepeatFilter(now: () => number): (kind: string) => number | undefined {
  const seen = new Map<string, { at: number; heldBack: number }>();
  return (kind) => {
    const known = seen.get(kind);
    const at = now();
    if (known !== undefined && at - known.at < REPEATS_WITHIN_MS) {
      known.heldBack += 1;
      return undefined;
    }
    if (seen.size >= MAX_REMEMBERED) seen.clear();
    seen.set(kind, { at, heldBack: 0 });
    return known?.heldBack ?? 0;
  };
}
