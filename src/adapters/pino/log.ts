import { pino } from 'pino';
import type { Log } from '../../domain/ports.ts';

/** Field names that never show their value, wherever they stand. */
const SECRET_FIELDS = ['key', 'secret', 'token', 'password', 'authorization', 'apiKey', 'adminKey'];

/** JSON lines on standard error, so that standard output stays for results. */
export function createLog(level: string): Log {
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
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}
