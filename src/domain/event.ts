/** One raw CloudTrail record, as AWS wrote it. Every value in it is attacker-written. */
export type CloudTrailRecord = Readonly<Record<string, unknown>>;

/** A normalised record. */
export interface CloudTrailEvent {
  /** `eventID`, or a hash of the record where that is missing. */
  readonly id: string;
  /** Event id and recipient account: one event delivered by two trails is one member of a window. */
  readonly key: string;
  /** The account that the event happened in: `recipientAccountId`, else the caller's account, else ''. */
  readonly account: string;
  /** `eventTime` in epoch ms, or the batch's delivery time where that is unreadable. */
  readonly time: number;
  /** True when id and time are the record's own. An event without them enters no window. */
  readonly complete: boolean;
  readonly record: CloudTrailRecord;
  /** Where it was read from. */
  readonly origin: { readonly refId: string; readonly index: number };
}

export type ActorKind =
  | 'root'
  | 'user'
  | 'role'
  | 'federated'
  | 'service'
  | 'account'
  | 'anonymous'
  | 'unknown';

/** Who acted, as this one record states it. The chain behind a role is resolved in `pipeline/group`, not here. */
export interface Actor {
  readonly kind: ActorKind;
  /** The stable identity: user ARN, role ARN behind a session, `root:<account>`, service name. '' if unknown. */
  readonly principal: string;
  /** What a person would call it: user name, `role/session`, service name. */
  readonly name: string;
  /** Account the identity belongs to; '' if the record does not say. */
  readonly account: string;
  /** ARN of the assumed-role or federated session. */
  readonly session?: string;
  readonly accessKeyId?: string;
  readonly sourceIdentity?: string;
  /** `mfaAuthenticated` or console `MFAUsed`; absent where the record does not say. */
  readonly mfa?: boolean;
  /** AWS service that called on the actor's behalf (`invokedBy`). */
  readonly invokedBy?: string;
}

export type UserAgentFamily =
  | 'console'
  | 'cli'
  | 'sdk'
  | 'terraform'
  | 'aws-service'
  | 'browser'
  | 'other'
  | 'none';

/** What the company and AWS know about an event. A rule reads it as `actor.kind`, `account.environment`, … */
export interface EventContext {
  readonly actor: Actor;
  readonly account: {
    readonly id: string;
    /** From `context/accounts.yml`; absent where the account is not listed. */
    readonly name?: string;
    readonly environment?: string;
    readonly owner?: string;
    readonly criticality?: string;
    /** Security or organisation-management account. */
    readonly role?: string;
  };
  readonly action: {
    /** IAM action, `s3:PutBucketPolicy`. */
    readonly iam: string;
    /** `List`, `Read`, `Write`, `Tagging` or `Permissions management`; absent where IAM does not know the action. */
    readonly accessLevel?: string;
  };
  readonly source: {
    /** An address, an AWS service's name, or nothing usable. */
    readonly scope: 'address' | 'aws-service' | 'none';
    /** Canonical text of the address. */
    readonly address?: string;
    /** The address' /24 or /48, or the service name: stable enough to scope a suppression. */
    readonly network?: string;
    readonly userAgentFamily: UserAgentFamily;
  };
  /** Facts that Sigma cannot express, by name (docs/fields.md). */
  readonly derived: Readonly<Record<string, string | number | boolean>>;
}

export interface EnrichedEvent extends CloudTrailEvent {
  readonly context: EventContext;
}
