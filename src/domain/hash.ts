import { createHash } from 'node:crypto';

/**
 * 128 bits of SHA-256 over the parts, as 32 hex digits.
 *
 * The parts are hashed as their JSON text, so `['a', 'b']` and `['ab']` differ.
 * Identities that live outside the process (fingerprints, journal ids) rest on
 * this function: changing it re-opens every alert in the field.
 */
export function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
