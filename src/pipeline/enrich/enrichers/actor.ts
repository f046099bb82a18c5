import type { Actor, CloudTrailRecord } from '../../../domain/event.ts';
import { flagAt, textAt, unhidden, valueAt } from '../../../domain/record.ts';
import type { Enricher } from '../enricher.ts';
import { type Identity, identityOf } from '../identity.ts';

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
  const identity = identityOf(record);
  const mfa = mfaOf(record);
  return {
    ...withoutHidden(identity),
    ...optional('accessKeyId', textAt(record, 'userIdentity', 'accessKeyId')),
    ...optional('sourceIdentity', textAt(record, 'userIdentity', 'sessionContext', 'sourceIdentity')),
    ...optional('invokedBy', textAt(record, 'userIdentity', 'invokedBy')),
    ...(mfa === undefined ? {} : { mfa }),
  };
}

function withoutHidden({ kind, principal, name, account, session }: Identity): Actor {
  return {
    kind,
    principal: unhidden(principal),
    name: unhidden(name),
    account: /^\d{12}$/.test(account) ? account : '',
    ...optional('session', session ?? ''),
  };
}

function optional<Key extends string>(key: Key, text: string): { readonly [K in Key]?: string } {
  const seen = unhidden(text);
  return (seen === '' ? {} : { [key]: seen }) as { readonly [K in Key]?: string };
}

/** Sessions carry `mfaAuthenticated`; a console sign-in says `MFAUsed` instead. */
function mfaOf(record: CloudTrailRecord): boolean | undefined {
  const used = valueAt(record, 'additionalEventData', 'MFAUsed');
  if (used === 'Yes') return true;
  if (used === 'No') return false;
  return flagAt(record, 'userIdentity', 'sessionContext', 'attributes', 'mfaAuthenticated');
}
