import type { Problem } from '../../../domain/problem.ts';
import { listAt, own, textAt } from '../../../domain/record.ts';
import { parseArn } from '../arn.ts';
import { type Policy, parsePolicy } from './policy.ts';

/** Who is in an account and what its policies say: one answer of iam:GetAccountAuthorizationDetails. */
export interface IamSnapshot {
  /** Twelve digits; the account of its principals. */
  readonly account: string;
  readonly principals: readonly SnapshotPrincipal[];
}

export interface SnapshotPrincipal {
  readonly arn: string;
  /** ARNs of the groups that it is in. */
  readonly groups: readonly string[];
  readonly policies: readonly Policy[];
  /** Absent: no boundary. */
  readonly boundary?: Policy;
}

const LISTS = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'];

/**
 * Reads a snapshot file: the JSON that `aws iam get-account-authorization-details` and
 * `trailhive context pull-iam` write; several pages may stand in a list. Policy
 * documents may be objects or, as the API gives them, URL-encoded text. A document
 * that cannot be read is a problem, and the principal keeps its others.
 */
export function parseSnapshot(
  text: string,
  file: string,
): { readonly snapshot?: IamSnapshot; readonly problems: readonly Problem[] } {
  const value = parseJson(text);
  const pages = (Array.isArray(value) ? value : [value]).filter((page) =>
    LISTS.some((list) => hasList(page, list)),
  );
  if (pages.length === 0) {
    const remedy = 'Make it with: trailhive context pull-iam.';
    const message = `no answer of iam:GetAccountAuthorizationDetails (it has none of ${LISTS.join(', ')}). ${remedy}`;
    return { problems: [{ file, line: 0, message }] };
  }
  const problems: Problem[] = [];
  const tell = (message: string) => problems.push({ file, line: 0, message });
  const reader = createReader(pages, tell);
  const principals = [
    ...entriesIn(pages, 'UserDetailList').map(reader.user),
    ...entriesIn(pages, 'RoleDetailList').map(reader.role),
  ].filter(({ arn }) => arn !== '');
  const [account = ''] = new Set(principals.map(({ arn }) => parseArn(arn)?.account ?? ''));
  if (principals.some(({ arn }) => parseArn(arn)?.account !== account))
    tell('it holds principals of several accounts. Write one file for each account.');
  return { snapshot: { account, principals }, problems };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hasList(page: unknown, list: string): boolean {
  return Array.isArray(own(page, list));
}

function entriesIn(pages: readonly unknown[], list: string): readonly unknown[] {
  return pages.flatMap((page) => listAt(page, list));
}

function createReader(pages: readonly unknown[], tell: (message: string) => void) {
  const read = (document: unknown, place: string): Policy => {
    const { policy, fault } = parsePolicy(document);
    if (fault !== undefined) tell(`a policy of ${place} cannot be read: ${fault}. It is passed over.`);
    return policy;
  };
  const managed = new Map(
    entriesIn(pages, 'Policies').map((entry) => {
      const arn = textAt(entry, 'Arn');
      return [arn, read(own(defaultVersion(entry), 'Document'), arn)] as const;
    }),
  );
  const attached = (entry: unknown) =>
    listAt(entry, 'AttachedManagedPolicies').flatMap((one) => managed.get(textAt(one, 'PolicyArn')) ?? []);
  const inline = (entry: unknown, list: string) =>
    listAt(entry, list).map((one) => read(own(one, 'PolicyDocument'), textAt(entry, 'Arn')));
  const groups = new Map(
    entriesIn(pages, 'GroupDetailList').map((entry) => {
      const policies = [...inline(entry, 'GroupPolicyList'), ...attached(entry)];
      return [textAt(entry, 'GroupName'), { arn: textAt(entry, 'Arn'), policies }] as const;
    }),
  );
  const principal = (entry: unknown, list: string, groupNames: readonly unknown[]): SnapshotPrincipal => {
    const of = groupNames.flatMap((name) => groups.get(String(name)) ?? []);
    // A boundary whose text the snapshot lacks limits nothing here: reach is the most that may be.
    const boundary = managed.get(textAt(entry, 'PermissionsBoundary', 'PermissionsBoundaryArn'));
    return {
      arn: textAt(entry, 'Arn'),
      groups: of.map(({ arn }) => arn),
      policies: [...inline(entry, list), ...attached(entry), ...of.flatMap(({ policies }) => policies)],
      ...(boundary === undefined ? {} : { boundary }),
    };
  };
  return {
    user: (entry: unknown) => principal(entry, 'UserPolicyList', listAt(entry, 'GroupList')),
    role: (entry: unknown) => principal(entry, 'RolePolicyList', []),
  };
}

function defaultVersion(policy: unknown): unknown {
  const versions = listAt(policy, 'PolicyVersionList');
  return versions.find((version) => own(version, 'IsDefaultVersion') === true) ?? versions[0];
}
