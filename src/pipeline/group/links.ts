import type { EnrichedEvent } from '../../domain/event.ts';
import type { LineageLink } from '../../domain/lineage.ts';
import { textAt, unhidden } from '../../domain/record.ts';
import { identityText } from './identity-text.ts';
import { accessKey, identityKey, keyOfCredential } from './lineage.ts';

type LinkOf = Omit<LineageLink, 'time'>;

/** A session that a person can be behind; the session of a service-linked role is not. */
const SESSION_ARN = /^arn:aws[a-z-]*:sts::\d{12}:(?:assumed-role|federated-user)\/(?!AWSServiceRoleFor)/;
const IDENTITY_CENTER_SESSION = /:assumed-role\/AWSReservedSSO_/;
const USER_ARN = /^arn:aws[a-z-]*:iam::\d{12}:user\//;

/**
 * Who works for whom, as the events of a batch say it; each link once. An event
 * need not be a finding. An event without a time of its own links nobody.
 */
export function linksOf(events: readonly EnrichedEvent[]): LineageLink[] {
  const links = new Map<string, LineageLink>();
  for (const event of events) {
    if (!event.complete) continue;
    for (const link of linksOfEvent(event)) {
      if (link.child === link.parent) continue;
      const name = JSON.stringify([link.child, link.parent, Math.floor(event.time / 86_400_000)]);
      if (!links.has(name)) links.set(name, { ...link, time: event.time });
    }
  }
  return [...links.values()];
}

function linksOfEvent(event: EnrichedEvent): LinkOf[] {
  return [
    ...sourceIdentityLinks(event),
    ...sharedEventLinks(event),
    ...issuedLinks(event),
    ...switchLinks(event),
    ...behalfLinks(event),
  ];
}

/** The source identity stays over a whole chain of roles, and every event of the chain states it. */
function sourceIdentityLinks({ context: { actor } }: EnrichedEvent): LinkOf[] {
  const { sourceIdentity = '' } = actor;
  const child = accessKey(actor) ?? identityKey(actor);
  return sourceIdentity === '' || child === undefined ? [] : [session(child, sourceText(sourceIdentity))];
}

/**
 * One call that two accounts recorded: the owner's record says only which account
 * called, the caller's says who. Calls that only read are left out: they are most
 * of all calls between accounts, and hardly ever what an alert is about.
 */
function sharedEventLinks(event: EnrichedEvent): LinkOf[] {
  const { record, context } = event;
  if (record['readOnly'] === true) return [];
  const id = textAt(record, 'sharedEventID');
  if (id === '') return [];
  const shared = identityText('shared', id);
  if (context.actor.kind === 'account')
    return [{ child: identityText('event', event.key), parent: shared, kind: 'event' }];
  return callerKeys(event).map((parent) => ({ child: shared, parent, kind: 'event' }));
}

/**
 * STS handed out credentials: AssumeRole and its kin, GetSessionToken,
 * GetFederationToken. The new key works for the key that asked; where no such key
 * is named, and for the name of the new session, for the identity that asked.
 */
function issuedLinks(event: EnrichedEvent): LinkOf[] {
  const { record, context } = event;
  if (record['eventSource'] !== 'sts.amazonaws.com') return [];
  const key = keyOfCredential(textAt(record, 'responseElements', 'credentials', 'accessKeyId'));
  const arn =
    textAt(record, 'responseElements', 'assumedRoleUser', 'arn') ||
    textAt(record, 'responseElements', 'federatedUser', 'arn');
  const name = SESSION_ARN.test(arn) ? identityText('actor', arn) : undefined;
  const caller = identityKey(context.actor);
  const source = unhidden(textAt(record, 'requestParameters', 'sourceIdentity'));
  return [
    ...(key === undefined ? [] : callerKeys(event).map((parent) => session(key, parent))),
    ...(key === undefined || source === '' ? [] : [session(key, sourceText(source))]),
    ...(name === undefined || caller === undefined ? [] : [session(name, caller)]),
  ];
}

/** "Switch role" in the console: the new session's record names the session or user before. */
function switchLinks({ record, context }: EnrichedEvent): LinkOf[] {
  if (record['eventSource'] !== 'signin.amazonaws.com' || record['eventName'] !== 'SwitchRole') return [];
  const from = textAt(record, 'additionalEventData', 'SwitchFrom');
  const child = identityKey(context.actor);
  if (child === undefined || !(SESSION_ARN.test(from) || USER_ARN.test(from))) return [];
  return [session(child, identityText('actor', from))];
}

/** A session of Identity Center says for which of its users it is; the user signs in under that name too. */
function behalfLinks({ context: { actor } }: EnrichedEvent): LinkOf[] {
  const { onBehalfOf = '' } = actor;
  if (onBehalfOf === '') return [];
  const key = accessKey(actor);
  const identity = identityKey(actor);
  // Identity Center names its own sessions after the user; the name of any other may be one that many use.
  const isNamedAfter = key === undefined || IDENTITY_CENTER_SESSION.test(actor.session ?? '');
  const parent = identityText('actor', onBehalfOf);
  const children = [key, isNamedAfter ? identity : undefined].flatMap((child) => child ?? []);
  return children.map((child) => session(child, parent));
}

/** By the key alone where the caller is a session itself: its name may be one that many use. */
function callerKeys({ context: { actor } }: EnrichedEvent): string[] {
  const key = accessKey(actor);
  const identity = identityKey(actor);
  if (actor.kind === 'role' && key !== undefined) return [key];
  return [key, identity].flatMap((each) => each ?? []);
}

function session(child: string, parent: string): LinkOf {
  return { child, parent, kind: 'session' };
}

function sourceText(sourceIdentity: string): string {
  return identityText('source', sourceIdentity);
}
