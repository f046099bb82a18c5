import type { CloudTrailRecord } from '../../../domain/event.ts';
import { listAt, own, textAt, valueAt } from '../../../domain/record.ts';
import { callsOf, type DerivedFact, LONGEST_LIST } from './fact.ts';
import { accountOfPrincipal, accountsLetIn, statementsOf } from './policy-document.ts';

/** Reads whom one kind of call lets in; undefined where the record does not tell. */
type Reading = (asked: unknown) => readonly string[] | undefined;

const READINGS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ...each(callsOf('iam', 'UpdateAssumeRolePolicy'), policyAt('policyDocument')),
  ...each(callsOf('iam', 'CreateRole'), policyAt('assumeRolePolicyDocument')),
  ...each(callsOf('kms', 'PutKeyPolicy', 'CreateKey'), policyAt('policy')),
  ...each(callsOf('kms', 'CreateGrant'), (asked) => accountOfPrincipal(textAt(asked, 'granteePrincipal'))),
  ...each(callsOf('ecr', 'SetRepositoryPolicy'), policyAt('policyText')),
  ...each(callsOf('secretsmanager', 'PutResourcePolicy'), policyAt('resourcePolicy')),
  ...each(callsOf('backup', 'PutBackupVaultAccessPolicy'), policyAt('policy')),
  ...each(callsOf('dynamodb', 'PutResourcePolicy'), policyAt('policy')),
  ...each(callsOf('s3', 'PutBucketPolicy'), policyAt('bucketPolicy')),
  ...each(callsOf('sqs', 'CreateQueue', 'SetQueueAttributes'), policyAt('attributes', 'Policy')),
  ...each(callsOf('sns', 'CreateTopic'), policyAt('attributes', 'Policy')),
  ...each(callsOf('sns', 'SetTopicAttributes'), topicPolicy),
  ...each(
    callsOf(
      'es',
      'CreateElasticsearchDomain',
      'UpdateElasticsearchDomainConfig',
      'CreateDomain',
      'UpdateDomainConfig',
    ),
    policyAt('accessPolicies'),
  ),
  ...each(callsOf('glacier', 'SetVaultAccessPolicy'), policyAt('policy', 'policy')),
  ...each(callsOf('ec2', 'ModifyImageAttribute'), (asked) => shared(asked, 'launchPermission')),
  ...each(callsOf('ec2', 'ModifySnapshotAttribute'), (asked) => shared(asked, 'createVolumePermission')),
  ...each(callsOf('rds', 'ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute'), restorable),
  ...each(callsOf('redshift', 'AuthorizeSnapshotAccess'), (asked) =>
    accountOfPrincipal(textAt(asked, 'accountWithRestoreAccess')),
  ),
  ...each(callsOf('lambda', 'AddPermission20150331v2', 'AddPermission20150331', 'AddPermission'), invocable),
  ...each(callsOf('lambda', 'AddLayerVersionPermission20181031', 'AddLayerVersionPermission'), usableLayer),
  ...each(callsOf('lambda', 'CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig'), (asked) =>
    textAt(asked, 'authType').toUpperCase() === 'NONE' ? ['*'] : [],
  ),
  ...each(callsOf('ram', 'CreateResourceShare', 'AssociateResourceShare'), (asked) =>
    texts(listAt(asked, 'principals')).flatMap(accountOfPrincipal),
  ),
]);

/**
 * The accounts, other than the one it happened in, that a call lets in to a role, key, secret,
 * image, snapshot, function, …: their ids, and `*` for everyone. Empty: it lets in
 * nobody from outside the account.
 */
export const grantedAccounts: DerivedFact = {
  name: 'grantedAccounts',
  calls: [...READINGS.keys()],
  says: grantedAccountsOf,
};

/** What `grantedAccounts` says; undefined for other calls, and where parameters are missing or unreadable. */
export function grantedAccountsOf(record: CloudTrailRecord): readonly string[] | undefined {
  const call = `${textAt(record, 'eventSource')} ${textAt(record, 'eventName')}`;
  const asked = own(record, 'requestParameters');
  if (typeof asked !== 'object' || asked === null) return undefined;
  const found = READINGS.get(call)?.(asked);
  if (found === undefined) return undefined;
  const home = [textAt(record, 'recipientAccountId'), textAt(record, 'userIdentity', 'accountId')];
  return [...new Set(found)].filter((account) => !home.includes(account)).slice(0, LONGEST_LIST);
}

function each(calls: readonly string[], reading: Reading): (readonly [string, Reading])[] {
  return calls.map((call) => [call, reading] as const);
}

/** SNS sets one attribute a call. */
function topicPolicy(asked: unknown): readonly string[] | undefined {
  return textAt(asked, 'attributeName') === 'Policy' ? policyAt('attributeValue')(asked) : [];
}

function policyAt(...path: readonly string[]): Reading {
  return (asked) => {
    const statements = statementsOf(valueAt(asked, ...path));
    return statements === undefined ? undefined : accountsLetIn(statements);
  };
}

/** `{"launchPermission":{"add":{"items":[{"userId":…}]}}}`, or the older `operationType` with lists beside it. */
function shared(asked: unknown, permission: string): readonly string[] {
  const added = listAt(asked, permission, 'add').flatMap(accountsOfShare);
  if (textAt(asked, 'operationType').toLowerCase() !== 'add') return added;
  const users = ['userIds', 'userIdSet', 'userId'].flatMap((name) => listAt(asked, name));
  const groups = ['groupNames', 'userGroups', 'groupSet', 'groups'].flatMap((name) => listAt(asked, name));
  const everyone = groups.some((group) => JSON.stringify(group)?.includes('"all"') === true);
  return [...added, ...users.flatMap(accountsOfShare), ...(everyone ? ['*'] : [])];
}

function accountsOfShare(share: unknown): readonly string[] {
  if (typeof share === 'string') return accountOfPrincipal(share);
  if (textAt(share, 'group').toLowerCase() === 'all') return ['*'];
  return ['userId', 'organizationArn', 'organizationalUnitArn'].flatMap((name) =>
    accountOfPrincipal(textAt(share, name)),
  );
}

/** RDS shares a snapshot by adding accounts, or `all`, to its attribute `restore`. */
function restorable(asked: unknown): readonly string[] {
  if (textAt(asked, 'attributeName').toLowerCase() !== 'restore') return [];
  const values = texts(listAt(asked, 'valuesToAdd'));
  return values.flatMap((value) => (value.toLowerCase() === 'all' ? ['*'] : accountOfPrincipal(value)));
}

/** A service is let in as such; everyone is nobody new where the permission names a source or organisation. */
function invocable(asked: unknown): readonly string[] {
  const accounts = accountOfPrincipal(textAt(asked, 'principal'));
  const url = textAt(asked, 'functionUrlAuthType').toUpperCase();
  const isNarrowed = ['sourceArn', 'sourceAccount', 'principalOrgID', 'eventSourceToken'].some(
    (name) => textAt(asked, name) !== '',
  );
  return url !== 'NONE' && isNarrowed && accounts.includes('*') ? [] : accounts;
}

function usableLayer(asked: unknown): readonly string[] {
  const accounts = accountOfPrincipal(textAt(asked, 'principal'));
  return accounts.includes('*') && textAt(asked, 'organizationId') !== '' ? [] : accounts;
}

function texts(values: readonly unknown[]): readonly string[] {
  return values.filter((value): value is string => typeof value === 'string');
}
