import type { ActorChannel, ActorNature, CloudTrailRecord } from '../../domain/event.ts';
import { flagAt, own, textAt } from '../../domain/record.ts';
import type { Identity } from './identity.ts';
import { userAgentOf } from './user-agent.ts';

/** The parts of a record that tell of its actor, taken out once. */
export interface ActorParts {
  readonly record: CloudTrailRecord;
  /** `userIdentity` */
  readonly stated: unknown;
  /** `userIdentity.sessionContext` */
  readonly context: unknown;
}

/** What the identity is, the way it came, and what else the record says of both. */
export interface ActorSigns {
  readonly identity: Identity;
  readonly channel: ActorChannel;
  readonly identityProvider: string;
  /** A person of Identity Center on whose behalf the call was made. */
  readonly onBehalfOf: string;
  readonly mfa: boolean | undefined;
}

/**
 * What acts behind an identity, as far as the record alone tells. What AWS itself wrote
 * decides (types, Identity Center, the issuer of a workload's credentials, the identity
 * provider); names of sessions and user agents, which a caller chooses, only where
 * nothing else speaks. `unknown`: a key or a role of which the record tells no more;
 * the company may know it (`company.actorKind`).
 */
export function natureOf(parts: ActorParts, signs: ActorSigns): ActorNature {
  const { identity, channel, onBehalfOf, mfa } = signs;
  if (identity.kind === 'root' || identity.kind === 'anonymous') return identity.kind;
  if (identity.kind === 'service' || isServiceLinked(identity.principal)) return 'aws';
  if (onBehalfOf !== '' || IDENTITY_CENTER_PERSON.test(identity.principal)) return 'person';
  const provided = ofProvider(signs.identityProvider);
  if (provided !== undefined) return provided;
  if (identity.kind === 'role' && isWorkload(parts, identity)) return 'service';
  if (mfa === true || channel === 'console') return 'person';
  if (identity.kind === 'federated') return 'federated';
  return identity.kind === 'role' ? bySigns(parts.record, identity) : 'unknown';
}

/** A user of Identity Center (identity.ts), or a role that it makes for permission sets: nobody else can use that name. */
const IDENTITY_CENTER_PERSON =
  /^identity-center:|:role\/(aws-reserved\/sso\.amazonaws\.com\/|AWSReservedSSO_)/;

/** Roles that only an AWS service assumes. */
function isServiceLinked(principal: string): boolean {
  return principal.includes(':role/aws-service-role/') || principal.includes(':role/AWSServiceRoleFor');
}

/** Hosts of OpenID Connect providers that build systems bring (their documentation on AWS and OpenID Connect). */
const PIPELINE_PROVIDERS = [
  ...['token.actions.githubusercontent.com', 'gitlab.', 'app.terraform.io', 'agent.buildkite.com'],
  ...[
    'oidc.circleci.com',
    'api.bitbucket.org',
    'vstoken.dev.azure.com',
    'vstoken.actions.githubusercontent.com',
  ],
  ...['app.spacelift.io', 'app.harness.io', 'api.pulumi.com/oidc', 'oidc.codefresh.io'],
];

/** `arn:aws:iam::…:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/…` */
function ofProvider(identityProvider: string): ActorNature | undefined {
  if (identityProvider === '') return undefined;
  const host = identityProvider.toLowerCase();
  if (host.includes('oidc.eks.')) return 'service';
  return PIPELINE_PROVIDERS.some((provider) => host.includes(provider)) ? 'pipeline' : undefined;
}

/** Credentials that the metadata service of an instance, or a workload such as a Lambda function, handed out. */
function isWorkload({ stated, context }: ActorParts, { session = '' }: Identity): boolean {
  return (
    textAt(context, 'ec2RoleDelivery') !== '' ||
    textAt(own(stated, 'inScopeOf'), 'issuerType') !== '' ||
    isInstance(session)
  );
}

function isInstance(session: string): boolean {
  return session.includes('/i-') && /\/i-[0-9a-f]{8,17}$/.test(session);
}

const PIPELINE_SESSION = /\/(AWSCodeBuild-|AWSCloudFormation$|GitHubActions$|gitlab-|aws-codepipeline)/i;
const WORKLOAD_ENVIRONMENT = /exec-env\/aws_(lambda|ecs)_/i;

function bySigns(record: CloudTrailRecord, { session = '' }: Identity): ActorNature {
  if (PIPELINE_SESSION.test(session)) return 'pipeline';
  return WORKLOAD_ENVIRONMENT.test(textAt(record, 'userAgent')) ? 'service' : 'unknown';
}

const SERVICE = /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/;

/**
 * How the call came. CloudTrail marks sessions that began in the console
 * (`sessionCredentialFromConsole`, from record version 1.08); the console's user agent
 * speaks where it does not. `aws`: a service made the call, for itself or for somebody.
 */
export function channelOf({ record, stated }: ActorParts, identity: Identity): ActorChannel {
  if (flagAt(record, 'sessionCredentialFromConsole') === true) return 'console';
  // `AwsConsoleSignIn`, `AwsConsoleAction`
  if (textAt(record, 'eventType').startsWith('AwsConsole')) return 'console';
  if (identity.kind === 'service' || textAt(stated, 'invokedBy') !== '') return 'aws';
  if (userAgentOf(textAt(record, 'userAgent')).family === 'console') return 'console';
  return isService(textAt(record, 'sourceIPAddress')) ? 'aws' : 'programmatic';
}

function isService(from: string): boolean {
  return from === 'AWS Internal' || (from.includes('.amazonaws.com') && SERVICE.test(from));
}

/** `CredentialType` of Identity Center's sign-in events, where it is no password and no outside provider. */
const SECOND_FACTORS: ReadonlySet<string> = new Set(['TOTP', 'WEBAUTHN']);

/** Sessions carry `mfaAuthenticated`; a console sign-in says `MFAUsed` instead, Identity Center the kind of factor. */
export function mfaOf({ record, context }: ActorParts): boolean | undefined {
  const more = own(record, 'additionalEventData');
  if (more !== undefined && more !== null) {
    const used = own(more, 'MFAUsed');
    if (used === 'Yes') return true;
    if (used === 'No') return false;
    if (SECOND_FACTORS.has(textAt(more, 'CredentialType'))) return true;
  }
  return flagAt(own(context, 'attributes'), 'mfaAuthenticated');
}
