import type { Alert } from '../../domain/alert.ts';
import type { Actor } from '../../domain/event.ts';
import { hashOf } from '../../domain/hash.ts';

/** Long enough for the key of a temporary (ASIA) or a user's own (AKIA) credential; nothing else is one. */
const ACCESS_KEY = /^(?:ASIA|AKIA)[A-Z0-9]{12,28}$/;

/** What AWS writes in place of an identity: it would glue strangers together. */
const STOP_LIST: ReadonlySet<string> = new Set(['', 'HIDDEN_DUE_TO_SECURITY_REASONS', 'ANONYMOUS_PRINCIPAL']);

/**
 * The identities by which an alert finds the others of its incident.
 *
 * A role is shared by many, so a role's session counts and the role does not;
 * users, root and federated logins are themselves; an access key is whoever holds
 * it. AWS services and accounts are nobody in particular. An alert whose actors
 * give nothing goes by its rule and group-by values: it follows itself from period
 * to period and meets no other.
 */
export function lineageOf(alert: Alert): string[] {
  const keys = new Set(alert.actors.flatMap(keysOfActor));
  return keys.size > 0 ? [...keys].sort() : [`group:${hashOf([alert.rule.id, sortedEntries(alert.group)])}`];
}

function keysOfActor(actor: Actor): string[] {
  const identity = identityOf(actor);
  if (identity === undefined) return [];
  const keys = STOP_LIST.has(identity) ? [] : [`actor:${identity}`];
  const { accessKeyId } = actor;
  if (accessKeyId !== undefined && ACCESS_KEY.test(accessKeyId)) keys.push(`key:${accessKeyId}`);
  return keys;
}

/** '' where only the access key may speak; undefined where nothing of the actor may. */
function identityOf(actor: Actor): string | undefined {
  switch (actor.kind) {
    case 'user':
    case 'root':
    case 'federated':
      return actor.principal;
    case 'role':
      return isServiceLinked(actor.principal) ? undefined : (actor.session ?? '');
    case 'unknown':
      return '';
    default:
      return undefined;
  }
}

/** Roles that only an AWS service assumes, under session names that all its work shares. */
function isServiceLinked(principal: string): boolean {
  return principal.includes(':role/aws-service-role/') || principal.includes(':role/AWSServiceRoleFor');
}

function sortedEntries(group: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(group).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
