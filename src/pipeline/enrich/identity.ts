import type { ActorKind, CloudTrailRecord } from '../../domain/event.ts';
import { own, partitionOf, textAt, unhidden } from '../../domain/record.ts';
import { type Arn, parseArn } from './arn.ts';

/** The identity part of an actor: kind, stable principal, readable name, home account. */
export interface Identity {
  readonly kind: ActorKind;
  readonly principal: string;
  readonly name: string;
  readonly account: string;
  readonly session?: string;
}

/** What every reader below needs of a record, read once. */
interface Caller {
  readonly identity: unknown;
  readonly arn: Arn | undefined;
  readonly account: string;
  readonly userName: string;
  readonly principalId: string;
  readonly partition: string;
  readonly record: CloudTrailRecord;
}

/** Several enrichers ask for it. Forgotten with the record. */
const known = new WeakMap<CloudTrailRecord, Identity>();

/** Reads `userIdentity`. Its ARN decides where the type is unknown or missing; nothing is guessed beyond that. */
export function identityOf(record: CloudTrailRecord): Identity {
  const before = known.get(record);
  if (before !== undefined) return before;
  const read = readIdentity(record);
  known.set(record, read);
  return read;
}

function readIdentity(record: CloudTrailRecord): Identity {
  const identity = own(record, 'userIdentity');
  const arn = parseArn(textAt(identity, 'arn'));
  const caller: Caller = {
    identity,
    arn,
    account: textAt(identity, 'accountId') || (arn?.account ?? ''),
    userName: unhidden(textAt(identity, 'userName')),
    principalId: unhidden(textAt(identity, 'principalId')),
    partition: arn?.partition ?? partitionOf(textAt(record, 'awsRegion')),
    record,
  };
  const reader = READERS.get(textAt(identity, 'type')) ?? byArn;
  return reader(caller);
}

const READERS: ReadonlyMap<string, (caller: Caller) => Identity> = new Map([
  ['Root', root],
  ['IAMUser', user],
  ['AssumedRole', role],
  ['FederatedUser', federatedSession],
  ['SAMLUser', federatedLogin],
  ['WebIdentityUser', federatedLogin],
  ['IdentityCenterUser', identityCenterUser],
  ['AWSService', service],
  ['AWSAccount', account],
  ['Unknown', unknown],
]);

function root({ account }: Caller): Identity {
  return { kind: 'root', principal: `root:${account}`, name: 'root', account };
}

/** A failed console sign-in names the user without an ARN: it is made from account and name. */
function user(caller: Caller): Identity {
  const { arn, account, userName, partition } = caller;
  const named = userName !== '' && account !== '' ? `arn:${partition}:iam::${account}:user/${userName}` : '';
  const name = userName || lastPart(arn?.resource ?? '');
  return { kind: 'user', principal: arn?.text ?? named, name, account };
}

/** A session of a role. The role, not the session, is who acts: session names are the caller's free choice. */
function role({ identity, arn, account, principalId }: Caller): Identity {
  const issuer = parseArn(textAt(identity, 'sessionContext', 'sessionIssuer', 'arn'));
  const [, roleName = '', sessionName = ''] = arn?.resource.split('/') ?? [];
  const made = roleName === '' || arn === undefined ? '' : roleArn(arn, roleName);
  const name = [lastPart(issuer?.resource ?? '') || roleName, sessionName || sessionOf(principalId)];
  return {
    kind: 'role',
    principal: roleOf(issuer) || made,
    name: name.filter((part) => part !== '').join('/'),
    account: account || (issuer?.account ?? ''),
    ...(arn === undefined ? {} : { session: arn.text }),
  };
}

function roleOf(issuer: Arn | undefined): string {
  if (issuer === undefined) return '';
  const [type, name = ''] = issuer.resource.split('/');
  return type === 'assumed-role' ? roleArn(issuer, name) : issuer.text;
}

function roleArn(arn: Arn, name: string): string {
  return `arn:${arn.partition}:iam::${arn.account}:role/${name}`;
}

/** `AROAEXAMPLE:session` → `session` */
function sessionOf(principalId: string): string {
  return principalId.split(':')[1] ?? '';
}

/** GetFederationToken lends a user's rights under a name that the user chooses: the lender is who acts. */
function federatedSession({ identity, arn, account }: Caller): Identity {
  const issuer = parseArn(textAt(identity, 'sessionContext', 'sessionIssuer', 'arn'));
  return {
    kind: 'federated',
    principal: issuer?.text ?? arn?.text ?? '',
    name: lastPart(arn?.resource ?? '') || lastPart(issuer?.resource ?? ''),
    account,
    ...(arn === undefined ? {} : { session: arn.text }),
  };
}

/** AssumeRoleWithSAML and AssumeRoleWithWebIdentity: a person or machine of an identity provider. */
function federatedLogin({ identity, account, userName, principalId }: Caller): Identity {
  const provider = textAt(identity, 'identityProvider');
  const subject = userName || principalId;
  const principal = provider === '' ? subject : `${provider}/${subject}`;
  return { kind: 'federated', principal: subject === '' ? '' : principal, name: subject, account };
}

function identityCenterUser({ identity, account, userName }: Caller): Identity {
  const id = textAt(identity, 'onBehalfOf', 'userId');
  const store = textAt(identity, 'onBehalfOf', 'identityStoreArn');
  return { kind: 'user', principal: id === '' ? '' : `${store}/user/${id}`, name: userName || id, account };
}

/** Services whose events tell of people at Identity Center's sign-in page. */
const IDENTITY_CENTER: ReadonlySet<string> = new Set(['sso.amazonaws.com', 'signin.amazonaws.com']);

/** Identity Center wrote its users as `Unknown` before it had a type for them, and still does where it knows only a name. */
function unknown(caller: Caller): Identity {
  const { identity, account, arn, principalId, record } = caller;
  if (textAt(identity, 'onBehalfOf', 'userId') !== '') return identityCenterUser(caller);
  const name = caller.userName || unhidden(textAt(record, 'additionalEventData', 'UserName'));
  const isPerson = arn === undefined && IDENTITY_CENTER.has(textAt(record, 'eventSource'));
  if (!isPerson || (name === '' && principalId === '')) return byArn(caller);
  const principal = `identity-center:${account}:${name || principalId}`;
  return { kind: 'user', principal, name: name || principalId, account };
}

function service({ identity, account }: Caller): Identity {
  const name = textAt(identity, 'invokedBy') || textAt(identity, 'principalId');
  return { kind: 'service', principal: name, name, account };
}

/** Another account's caller, or nobody: S3 writes an anonymous request as the account `ANONYMOUS_PRINCIPAL`. */
function account({ account, principalId }: Caller): Identity {
  if (account === 'ANONYMOUS_PRINCIPAL' || account === 'anonymous')
    return { kind: 'anonymous', principal: '', name: 'anonymous', account: '' };
  const [id = ''] = principalId.split(':');
  if (account === '' && id === '') return { kind: 'account', principal: '', name: '', account: '' };
  const principal = id === '' || id === account ? `account:${account}` : `account:${account}:${id}`;
  return { kind: 'account', principal, name: principalId || account, account };
}

/** Type missing, `Unknown` or new: the ARN's shape says what it is, else a service that is named, else nothing. */
function byArn(caller: Caller): Identity {
  const { identity, arn, userName, principalId } = caller;
  const [type] = arn?.resource.split('/') ?? [];
  if (type === 'assumed-role' || type === 'role')
    return type === 'role' ? plain('role', caller) : role(caller);
  if (type === 'user') return user(caller);
  if (type === 'root') return root(caller);
  if (textAt(identity, 'invokedBy') !== '') return service(caller);
  const principal = arn?.text ?? (principalId === '' ? '' : `unknown:${principalId}`);
  return { kind: 'unknown', principal, name: userName || principalId, account: caller.account };
}

function plain(kind: ActorKind, { arn, account }: Caller): Identity {
  return { kind, principal: arn?.text ?? '', name: lastPart(arn?.resource ?? ''), account };
}

function lastPart(resource: string): string {
  return resource.slice(resource.lastIndexOf('/') + 1);
}
