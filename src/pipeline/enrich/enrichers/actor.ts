import type { Actor, CloudTrailRecord } from '../../../domain/event.ts';
import { own, textAt, unhidden } from '../../../domain/record.ts';
import { type ActorParts, channelOf, mfaOf, natureOf } from '../actor-nature.ts';
import type { Enricher } from '../enricher.ts';
import { identityOf } from '../identity.ts';

/**
 * Who acted, as this one record states it. A name that CloudTrail hid is never
 * an identity: a person may have typed a password there.
 */
export const actorEnricher: Enricher<'actor'> = {
  name: 'actor',
  enrich(event) {
    return actorOf(event.record);
  },
};

function actorOf(record: CloudTrailRecord): Actor {
  const stated = own(record, 'userIdentity');
  const context = own(stated, 'sessionContext');
  const parts = { record, stated, context };
  const identity = identityOf(record);
  const mfa = mfaOf(parts);
  const channel = channelOf(parts, identity);
  const identityProvider = unhidden(providerOf(parts));
  const onBehalfOf = onBehalfOfIn(stated);
  const accessKeyId = unhidden(textAt(stated, 'accessKeyId'));
  const sourceIdentity = unhidden(textAt(context, 'sourceIdentity'));
  const invokedBy = textAt(stated, 'invokedBy');
  const credential = CREDENTIALS.get(accessKeyId.slice(0, 4));
  const sessionStart = startOf(context);
  const nature = natureOf(parts, { identity, channel, identityProvider, onBehalfOf, mfa });
  const { kind, account } = identity;
  const actor: Writable<Actor> = {
    kind,
    nature,
    channel,
    principal: unhidden(identity.principal),
    name: unhidden(identity.name),
    account: isAccount(account) ? account : '',
  };
  // Set one by one, and only where they say something: an actor is made for every event.
  const session = unhidden(identity.session ?? '');
  if (session !== '') {
    actor.session = session;
    actor.sessionName = session.slice(session.lastIndexOf('/') + 1);
  }
  if (sessionStart !== undefined) actor.sessionStart = sessionStart;
  if (accessKeyId !== '') actor.accessKeyId = accessKeyId;
  if (credential !== undefined) actor.credential = credential;
  if (sourceIdentity !== '') actor.sourceIdentity = sourceIdentity;
  if (identityProvider !== '') actor.identityProvider = identityProvider;
  if (onBehalfOf !== '') actor.onBehalfOf = onBehalfOf;
  if (invokedBy !== '') actor.invokedBy = invokedBy;
  if (mfa !== undefined) actor.mfa = mfa;
  return actor;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

function isAccount(text: string): boolean {
  return text.length === 12 && /^\d+$/.test(text);
}

/** Prefixes of access key ids ("IAM identifiers" in AWS' IAM user guide). */
const CREDENTIALS: ReadonlyMap<string, 'permanent' | 'temporary'> = new Map([
  ['AKIA', 'permanent'],
  ['ASIA', 'temporary'],
]);

/** Where the session's credentials were got by web identity or SAML: who vouched for the caller. */
function providerOf({ stated, context }: ActorParts): string {
  return (
    textAt(stated, 'identityProvider') || textAt(own(context, 'webIdFederationData'), 'federatedProvider')
  );
}

/** Written as the principal of an Identity Center user is (identity.ts), so that both are one identity. */
function onBehalfOfIn(stated: unknown): string {
  const behalf = own(stated, 'onBehalfOf');
  const id = textAt(behalf, 'userId');
  return id === '' ? '' : `${textAt(behalf, 'identityStoreArn')}/user/${id}`;
}

function startOf(context: unknown): number | undefined {
  const text = textAt(own(context, 'attributes'), 'creationDate');
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
