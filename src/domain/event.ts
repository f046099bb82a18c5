import type { RiskClass } from './company.ts';

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

/** What acts behind the identity; `service` is a workload of the company, `aws` a service of AWS. */
export type ActorNature =
  | 'person'
  | 'pipeline'
  | 'service'
  | 'aws'
  | 'federated'
  | 'anonymous'
  | 'root'
  | 'unknown';

export type ActorChannel = 'console' | 'programmatic' | 'aws';

/** Who acted, as this one record states it. The chain behind a role is resolved in `pipeline/group`, not here. */
export interface Actor {
  /** What CloudTrail says that the identity is. */
  readonly kind: ActorKind;
  /** Absent in what was kept before it was read. */
  readonly nature?: ActorNature;
  /** How the call came. Absent in what was kept before it was read. */
  readonly channel?: ActorChannel;
  /** The stable identity: user ARN, role ARN behind a session, `root:<account>`, service name. '' if unknown. */
  readonly principal: string;
  /** What a person would call it: user name, `role/session`, service name. */
  readonly name: string;
  /** Account the identity belongs to; '' if the record does not say. */
  readonly account: string;
  /** ARN of the assumed-role or federated session. */
  readonly session?: string;
  /** Last part of the session's ARN; the caller chooses it. */
  readonly sessionName?: string;
  /** When the session's credentials were made, epoch ms. */
  readonly sessionStart?: number;
  readonly accessKeyId?: string;
  /** By the prefix of the access key: `AKIA` or `ASIA`. */
  readonly credential?: 'permanent' | 'temporary';
  readonly sourceIdentity?: string;
  /** Who vouched for a federated caller or session: ARN or host of the identity provider. */
  readonly identityProvider?: string;
  /** The Identity Center user behind the call, spelled as such a user's `principal`. */
  readonly onBehalfOf?: string;
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
  | 'iac'
  | 'aws-service'
  | 'browser'
  | 'script'
  | 'transfer'
  | 'offensive'
  | 'audit'
  | 'other'
  | 'none';

/** What the address of a call says. Flags are absent where they are not true. */
export interface Place {
  /** `service`: an AWS service's name in place of an address. `none`: nothing usable. */
  readonly scope: 'company' | 'private' | 'aws' | 'public' | 'service' | 'none';
  /** Of a company network: its name. */
  readonly network?: string;
  /** ISO 3166-1 alpha-2, where the network is registered. */
  readonly country?: string;
  readonly asn?: number;
  readonly asnName?: string;
  /** A network of servers for hire: people do not sit there. */
  readonly hosting?: true;
  /** A known exit of the Tor network. */
  readonly tor?: true;
}

/** What the company knows of an event's actor, source, target and setting. Absent: nothing is known. */
export interface CompanyFacts {
  readonly actorKind?: string;
  readonly actorOwner?: string;
  readonly actorTeam?: string;
  readonly actorOnCall?: string;
  readonly actorIsPipeline?: boolean;
  readonly actorIsAdmin?: boolean;
  readonly actorIsBreakGlass?: boolean;
  /** From the IAM snapshot: `none`, `read`, `write`, `nearly-admin`, `admin`. */
  readonly actorReach?: string;
  readonly actorRiskClasses?: readonly string[];
  readonly network?: string;
  readonly networkKind?: string;
  readonly networkIsOurs?: boolean;
  /** The most critical of the touched assets. */
  readonly asset?: string;
  readonly assetCriticality?: string;
  readonly assetOwner?: string;
  readonly targetIsAdmin?: boolean;
  readonly targetGroupIsAdmin?: boolean;
  /** The call lets in everyone, or an account that is not one of the company's. */
  readonly grantsOutside?: boolean;
  readonly instanceTypesInUse?: boolean;
  readonly regionInUse?: boolean;
  readonly inWorkingHours?: boolean;
  /** `allowed`, `not-allowed`, `own`, `foreign`, `unknown`. */
  readonly image?: string;
  readonly imageOwner?: string;
}

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
    /** IAM's name of the service, `s3`. */
    readonly service: string;
    /** `List`, `Read`, `Write`, `Tagging` or `Permissions management`; absent where IAM does not know the action. */
    readonly accessLevel?: string;
    /** What harm the action can do, in the order of `RISK_CLASSES`; absent where none is known. */
    readonly risks?: readonly RiskClass[];
    /** True for a look that nobody typed: an AWS service's, or a page of the console's. Else absent. */
    readonly noise?: true;
  };
  readonly source: {
    /** An address, an AWS service's name, or nothing usable. */
    readonly scope: 'address' | 'aws-service' | 'none';
    /** Canonical text of the address. */
    readonly address?: string;
    /** The address' /24 or /48, or the service name: stable enough to scope a suppression. */
    readonly network?: string;
    readonly userAgentFamily: UserAgentFamily;
    /** A known tool of attackers, auditors or for copying, by its user agent. */
    readonly tool?: string;
  };
  /** What is known of the address that the call came from. */
  readonly place: Place;
  /** What the call touched; the record alone says it. */
  readonly target: { readonly resources: readonly string[] };
  /** What `context/` and IAM snapshots say of all this. Reloadable: never part of a group or fingerprint. */
  readonly company: CompanyFacts;
  /** Facts that Sigma cannot express, by name (docs/fields.md). */
  readonly derived: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export interface EnrichedEvent extends CloudTrailEvent {
  readonly context: EventContext;
}
