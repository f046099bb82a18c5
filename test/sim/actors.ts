import type { AccountName, Organisation, Person } from './organisation.ts';
import { randomOf } from './random.ts';
import { type Actor, timeText } from './record.ts';

/** Permission sets become roles with such names in every account. */
const ROLE_SUFFIX = {
  AdministratorAccess: '1f2e3d4c5b6a7988',
  PowerUser: '2a3b4c5d6e7f8091',
  ReadOnly: '3c4d5e6f70819203',
  Billing: '4d5e6f7081920314',
};

export const CLI =
  'aws-cli/2.17.44 md/awscrt#0.21.2 ua/2.0 os/linux#6.8.0 md/arch#x86_64 lang/python#3.11.9 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off';
const TERRAFORM =
  'APN/1.0 HashiCorp/1.0 Terraform/1.9.5 (+https://www.terraform.io) terraform-provider-aws/5.67.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.30.5 ua/2.1 os/linux lang/go#1.22.6 md/GOARCH#amd64 md/GOOS#linux';
const SDK_GO = 'aws-sdk-go-v2/1.30.5 ua/2.1 os/linux lang/go#1.22.6 md/GOARCH#arm64 md/GOOS#linux';
const SDK_PYTHON =
  'Boto3/1.35.10 md/Botocore#1.35.10 ua/2.0 os/linux#6.1.102 md/arch#aarch64 lang/python#3.12.5 cfg/retry-mode#legacy Botocore/1.35.10';

interface Session {
  readonly org: Organisation;
  readonly account: AccountName;
  readonly role: string;
  readonly session: string;
  /** Path of the role, with slashes. */
  readonly path?: string;
  readonly startedAt: number;
  readonly mfa?: boolean;
  readonly federated?: Readonly<Record<string, unknown>>;
  readonly onBehalfOf?: Readonly<Record<string, unknown>>;
  readonly invokedBy?: string;
}

/** `userIdentity` of a session of a role. The same session has the same key. */
function assumedRole({ org, account, role, session, path = '/', startedAt, ...rest }: Session) {
  const id = org.accounts[account];
  const issuer = `AROA${randomOf(org.seed, 'role', id, role).letters(17)}`;
  return {
    type: 'AssumedRole',
    principalId: `${issuer}:${session}`,
    arn: `arn:aws:sts::${id}:assumed-role/${role}/${session}`,
    accountId: id,
    accessKeyId: `ASIA${randomOf(org.seed, 'key', id, role, session, startedAt).letters(16)}`,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: issuer,
        arn: `arn:aws:iam::${id}:role${path}${role}`,
        accountId: id,
        userName: role,
      },
      ...(rest.federated === undefined ? {} : { webIdFederationData: rest.federated }),
      attributes: { creationDate: timeText(startedAt), mfaAuthenticated: String(rest.mfa ?? false) },
    },
    ...(rest.onBehalfOf === undefined ? {} : { onBehalfOf: rest.onBehalfOf }),
    ...(rest.invokedBy === undefined ? {} : { invokedBy: rest.invokedBy }),
  };
}

export interface PersonAt {
  readonly account: AccountName;
  readonly startedAt: number;
  readonly from?: 'office' | 'home';
  readonly tool?: 'console' | 'cli' | 'terraform';
  readonly permissionSet?: Person['permissionSet'];
}

/** A person with a session of Identity Center. */
export function personActor(org: Organisation, person: Person, at: PersonAt): Actor {
  const { account, startedAt, from = 'office', tool = 'console' } = at;
  const set = at.permissionSet ?? person.permissionSet;
  const agents = { console: person.agent, cli: CLI, terraform: TERRAFORM };
  return {
    account: org.accounts[account],
    region: org.regions.main,
    identity: assumedRole({
      org,
      account,
      role: `AWSReservedSSO_${set}_${ROLE_SUFFIX[set]}`,
      path: '/aws-reserved/sso.amazonaws.com/eu-central-1/',
      session: person.name,
      startedAt,
    }),
    address: person[from],
    userAgent: agents[tool],
    ...(tool === 'console' ? { console: true } : {}),
  };
}

/** The pipelines: roles that a workflow assumes by OIDC, from the runners' addresses. */
export type Pipeline = 'terraform-apply' | 'terraform-plan' | 'deploy' | 'build' | 'image-bakery';

export function pipelineActor(
  org: Organisation,
  pipeline: Pipeline,
  at: { readonly account: AccountName; readonly startedAt: number; readonly region?: string },
): Actor {
  const runner = randomOf(org.seed, 'runner', pipeline, at.startedAt).int(1, 60);
  return {
    account: org.accounts[at.account],
    region: at.region ?? org.regions.main,
    identity: assumedRole({
      org,
      account: at.account,
      role: `ci-${pipeline}`,
      session: `run-${Math.floor(at.startedAt / 60_000)}`,
      startedAt: at.startedAt,
      federated: {
        federatedProvider: `arn:aws:iam::${org.accounts[at.account]}:oidc-provider/token.actions.githubusercontent.com`,
        attributes: {},
      },
    }),
    address: `192.0.2.${runner}`,
    userAgent: pipeline.startsWith('terraform') ? TERRAFORM : CLI,
  };
}

/** A program of the company under a role of its own, from inside the network. */
export function workloadActor(
  org: Organisation,
  role: string,
  at: {
    readonly account: AccountName;
    readonly startedAt: number;
    readonly session?: string;
    readonly region?: string;
  },
): Actor {
  const place = randomOf(org.seed, 'workload', at.account, role);
  return {
    account: org.accounts[at.account],
    region: at.region ?? org.regions.main,
    identity: assumedRole({
      org,
      account: at.account,
      role,
      session: at.session ?? `i-0${place.hex(16)}`,
      startedAt: at.startedAt,
    }),
    address: `10.20.${place.int(0, 40)}.${place.int(4, 250)}`,
    userAgent: place.chance(0.5) ? SDK_GO : SDK_PYTHON,
  };
}

/** An AWS service in its own name. */
export function serviceActor(
  org: Organisation,
  service: string,
  account: AccountName,
  region?: string,
): Actor {
  const name = `${service}.amazonaws.com`;
  return {
    account: org.accounts[account],
    region: region ?? org.regions.main,
    identity: { type: 'AWSService', invokedBy: name },
    address: name,
    userAgent: name,
  };
}

/** An AWS service under the role that is made for it. */
export function serviceRoleActor(
  org: Organisation,
  service: string,
  role: string,
  at: {
    readonly account: AccountName;
    readonly startedAt: number;
    readonly session: string;
    readonly region?: string;
  },
): Actor {
  const name = `${service}.amazonaws.com`;
  return {
    account: org.accounts[at.account],
    region: at.region ?? org.regions.main,
    identity: assumedRole({
      org,
      account: at.account,
      role,
      path: `/aws-service-role/${name}/`,
      session: at.session,
      startedAt: at.startedAt,
      invokedBy: name,
    }),
    address: name,
    userAgent: name,
  };
}

/** The posture scanner of the security team: a role in every account, from one address. */
export function scannerActor(org: Organisation, account: AccountName, startedAt: number): Actor {
  return {
    account: org.accounts[account],
    region: org.regions.main,
    identity: assumedRole({ org, account, role: 'posture-scanner', session: 'scan', startedAt }),
    address: '198.51.100.200',
    userAgent: SDK_PYTHON,
  };
}

/** Users of IAM that were never moved to Identity Center: an administrator of old and a mail program. */
export function userActor(
  org: Organisation,
  user: string,
  at: {
    readonly account: AccountName;
    readonly startedAt: number;
    readonly address?: string;
    readonly mfa?: boolean;
    readonly console?: boolean;
    readonly agent?: string;
  },
): Actor {
  const id = org.accounts[at.account];
  const own = randomOf(org.seed, 'user', id, user);
  const principal = own.letters(17);
  const permanent = own.letters(16);
  const isSession = at.mfa === true || at.console === true;
  return {
    account: id,
    region: org.regions.main,
    identity: {
      type: 'IAMUser',
      principalId: `AIDA${principal}`,
      arn: `arn:aws:iam::${id}:user/${user}`,
      accountId: id,
      accessKeyId: isSession
        ? `ASIA${randomOf(org.seed, 'user-session', id, user, at.startedAt).letters(16)}`
        : `AKIA${permanent}`,
      userName: user,
      ...(isSession
        ? {
            sessionContext: {
              attributes: { creationDate: timeText(at.startedAt), mfaAuthenticated: String(at.mfa ?? false) },
            },
          }
        : {}),
    },
    address: at.address ?? org.offices[0] ?? '',
    userAgent: at.agent ?? (at.console === true ? (org.people[0]?.agent ?? '') : CLI),
    ...(at.console === true ? { console: true } : {}),
  };
}

/** The root user of an account. */
export function rootActor(
  org: Organisation,
  account: AccountName,
  more: { readonly invokedBy?: string; readonly agent?: string; readonly console?: boolean } = {},
): Actor {
  const id = org.accounts[account];
  const service = more.invokedBy === undefined ? undefined : `${more.invokedBy}.amazonaws.com`;
  return {
    account: id,
    region: 'us-east-1',
    identity: {
      type: 'Root',
      principalId: id,
      arn: `arn:aws:iam::${id}:root`,
      accountId: id,
      ...(service === undefined
        ? {
            accessKeyId: `ASIA${randomOf(org.seed, 'root', id).letters(16)}`,
            sessionContext: { attributes: { mfaAuthenticated: 'true' } },
          }
        : { invokedBy: service }),
    },
    address: service ?? org.offices[0] ?? '',
    userAgent: service ?? more.agent ?? org.people[0]?.agent ?? '',
    ...(more.console === true ? { console: true } : {}),
  };
}
