import type { Alert } from '../../domain/alert.ts';
import type { Actor } from '../../domain/event.ts';
import { hashOf } from '../../domain/hash.ts';
import { identityText } from './identity-text.ts';
import { resourceKeys } from './resource-keys.ts';

/** Long enough for the key of a temporary (ASIA) or a user's own (AKIA) credential; nothing else is one. */
const ACCESS_KEY = /^(?:ASIA|AKIA)[A-Z0-9]{12,28}$/;

/** What AWS writes in place of an identity: it would glue strangers together. */
const STOP_LIST: ReadonlySet<string> = new Set(['', 'HIDDEN_DUE_TO_SECURITY_REASONS', 'ANONYMOUS_PRINCIPAL']);

/**
 * The identities by which an alert finds the others of its incident.
 *
 * A role is shared by many, so a role's session counts and the role does not;
 * users, root and federated logins are themselves; an access key is whoever holds
 * it. AWS services and accounts are nobody in particular; of a call from another
 * account the event itself counts, because that account may tell who made it. An
 * alert whose actors give nothing goes by its rule and group-by values: it follows
 * itself from period to period. A finding of another product also goes by the
 * resources that it is about (resource-links.ts).
 */
export function lineageOf(alert: Alert): string[] {
  const keys = new Set(alert.actors.flatMap(keysOfActor));
  const ofEvents = alert.evidence.flatMap(({ key, actor }) =>
    actor.kind === 'account' ? [identityText('event', key)] : [],
  );
  const own = keys.size > 0 ? [...keys] : [`group:${hashOf([alert.rule.id, sortedEntries(alert.group)])}`];
  const ofResources = alert.evidence.flatMap((evidence) =>
    evidence.external === true ? resourceKeys(evidence, evidence.resources) : [],
  );
  return [...new Set([...own, ...ofEvents, ...ofResources])].sort();
}

/** The identities that an actor acts under. */
export function keysOfActor(actor: Actor): string[] {
  return [identityKey(actor), accessKey(actor)].flatMap((key) => key ?? []);
}

/** A user, root, federated login, or session of a role that people assume. */
export function identityKey(actor: Actor): string | undefined {
  const identity = identityOf(actor);
  return identity === undefined || STOP_LIST.has(identity) ? undefined : identityText('actor', identity);
}

/** The credential, unless its holder is nobody in particular. */
export function accessKey(actor: Actor): string | undefined {
  return identityOf(actor) === undefined ? undefined : keyOfCredential(actor.accessKeyId ?? '');
}

export function keyOfCredential(accessKeyId: string): string | undefined {
  return ACCESS_KEY.test(accessKeyId) ? `key:${accessKeyId}` : undefined;
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
