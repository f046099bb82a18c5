import { type IamSnapshot, parseSnapshot } from '../../src/pipeline/enrich/blast-radius/snapshot.ts';

const ACCOUNT = '111122223333';

export type PolicyDocument = Readonly<Record<string, unknown>>;

/** `Allow` of actions on everything. */
export function allow(action: string | readonly string[], rest: PolicyDocument = {}): PolicyDocument {
  return { Effect: 'Allow', Action: action, Resource: '*', ...rest };
}

export function deny(action: string | readonly string[], rest: PolicyDocument = {}): PolicyDocument {
  return { Effect: 'Deny', Action: action, Resource: '*', ...rest };
}

/** A document as the API writes it: URL-encoded text. */
export function encoded(...statements: readonly PolicyDocument[]): string {
  return encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
}

export interface SnapshotUser {
  readonly inline?: readonly PolicyDocument[];
  readonly managed?: readonly PolicyDocument[];
  readonly groups?: readonly string[];
  readonly boundary?: readonly PolicyDocument[];
  readonly path?: string;
}

/** The JSON of iam:GetAccountAuthorizationDetails with these users, roles and groups by name. */
export function snapshotText(
  content: {
    readonly users?: Readonly<Record<string, SnapshotUser>>;
    readonly roles?: Readonly<Record<string, SnapshotUser>>;
    readonly groups?: Readonly<Record<string, readonly PolicyDocument[]>>;
  },
  account = ACCOUNT,
): string {
  const policies: unknown[] = [];
  const managed = (name: string, statements: readonly PolicyDocument[]) => {
    const arn = `arn:aws:iam::${account}:policy/${name}`;
    policies.push({
      Arn: arn,
      PolicyVersionList: [
        { VersionId: 'v1', IsDefaultVersion: false, Document: encoded(allow('*')) },
        { VersionId: 'v2', IsDefaultVersion: true, Document: encoded(...statements) },
      ],
    });
    return arn;
  };
  const principal = (kind: 'User' | 'Role', name: string, one: SnapshotUser) => ({
    Arn: `arn:aws:iam::${account}:${kind.toLowerCase()}/${one.path ?? ''}${name}`,
    [`${kind}Name`]: name,
    ...(one.inline === undefined
      ? {}
      : { [`${kind}PolicyList`]: [{ PolicyName: 'inline', PolicyDocument: encoded(...one.inline) }] }),
    AttachedManagedPolicies:
      one.managed === undefined
        ? []
        : [{ PolicyName: name, PolicyArn: managed(`of-${kind}-${name}`, one.managed) }],
    ...(kind === 'User' ? { GroupList: one.groups ?? [] } : {}),
    ...(one.boundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'Policy',
            PermissionsBoundaryArn: managed(`boundary-${kind}-${name}`, one.boundary),
          },
        }),
  });
  const users = Object.entries(content.users ?? {}).map(([name, one]) => principal('User', name, one));
  const roles = Object.entries(content.roles ?? {}).map(([name, one]) => principal('Role', name, one));
  const groups = Object.entries(content.groups ?? {}).map(([name, statements]) => ({
    GroupName: name,
    Arn: `arn:aws:iam::${account}:group/${name}`,
    GroupPolicyList: [{ PolicyName: 'inline', PolicyDocument: encoded(...statements) }],
    AttachedManagedPolicies: [],
  }));
  return JSON.stringify({
    UserDetailList: users,
    RoleDetailList: roles,
    GroupDetailList: groups,
    Policies: policies,
  });
}

/** `snapshotText`, read. Throws where it has a problem. */
export function anIamSnapshot(...args: Parameters<typeof snapshotText>): IamSnapshot {
  const { snapshot, problems } = parseSnapshot(snapshotText(...args), 'iam.json');
  if (snapshot === undefined || problems.length > 0) throw new Error(JSON.stringify(problems));
  return snapshot;
}
