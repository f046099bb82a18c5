import { hashOf } from '../../domain/hash.ts';

/** What a notification says may have changed. A hint: the object is read again before anything is believed. */
export interface Hint {
  readonly kind: 'alert' | 'case';
  readonly id: string;
  /** Identity of the notification: one that is delivered twice is queued once. */
  readonly hintId: string;
}

export type AuditReading =
  | { readonly outcome: 'hint'; readonly hint: Hint }
  /** Nothing that a verdict could be read from, or our own echo. */
  | { readonly outcome: 'ignored' }
  /** Not a TheHive 5 version-1 notification. */
  | { readonly outcome: 'refused'; readonly remedy: string };

const OBJECT_KINDS: ReadonlyMap<unknown, Hint['kind']> = new Map([
  ['Case', 'case'],
  ['Alert', 'alert'],
]);
/** TheHive's ids, `~41001`. Anything else is not asked for. */
const OBJECT_ID = /^~?[A-Za-z0-9_-]{1,64}$/;

/**
 * Reads a TheHive 5 version-1 webhook body (`_type: "Audit"`), as described in
 * TheHive's documentation "About audit logs". `ownLogin` is trailhive's user on
 * the server: what it did itself comes back and is ignored.
 */
export function readAudit(body: unknown, ownLogin: string | undefined): AuditReading {
  if (!isObject(body)) return { outcome: 'refused', remedy: 'The body is not a JSON object.' };
  if (body['_type'] !== 'Audit') {
    const old = 'operation' in body || 'objectType' in body;
    return {
      outcome: 'refused',
      remedy: old
        ? 'This is a version-0 or TheHive 4 notification. Set the endpoint to version 1 (Organisation, Endpoints).'
        : 'This is not a TheHive notification: _type is not "Audit".',
    };
  }
  const kind = OBJECT_KINDS.get(body['objectType']);
  const id = body['objectId'];
  if (kind === undefined || typeof id !== 'string' || !OBJECT_ID.test(id)) return { outcome: 'ignored' };
  if (body['action'] === 'create' || body['action'] === 'delete') return { outcome: 'ignored' };
  if (ownLogin !== undefined && body['_createdBy'] === ownLogin) return { outcome: 'ignored' };
  return { outcome: 'hint', hint: { kind, id, hintId: hintIdOf(body) } };
}

/** The audit's id where it has one (5.1 sent some without), else a hash of what it says. */
function hintIdOf(body: Readonly<Record<string, unknown>>): string {
  const auditId = body['_id'];
  if (typeof auditId === 'string' && auditId !== '') return hashOf([auditId]);
  return hashOf(
    ['organisation', 'requestId', 'objectType', 'objectId', 'action', 'details'].map((key) => body[key]),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
