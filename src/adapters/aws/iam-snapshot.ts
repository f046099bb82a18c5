import {
  type GetAccountAuthorizationDetailsResponse,
  IAMClient,
  paginateGetAccountAuthorizationDetails,
} from '@aws-sdk/client-iam';
import { type AwsOptions, type AwsPlace, clientConfig } from './credentials.ts';

/** The most that IAM gives at once. */
const PAGE_SIZE = 1000;
type List = 'UserDetailList' | 'GroupDetailList' | 'RoleDetailList' | 'Policies';
const LISTS: readonly List[] = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'];

/**
 * All users, groups, roles and policies of an account with their documents, by
 * iam:GetAccountAuthorizationDetails, page by page: JSON in the form of the AWS command
 * line. Throws what AWS answers.
 */
export async function readIamSnapshot(place: AwsPlace, options: AwsOptions = {}): Promise<string> {
  const client = new IAMClient(clientConfig(place, options));
  const found: Record<List, unknown[]> = {
    UserDetailList: [],
    GroupDetailList: [],
    RoleDetailList: [],
    Policies: [],
  };
  try {
    for await (const page of paginateGetAccountAuthorizationDetails({ client, pageSize: PAGE_SIZE }, {})) {
      for (const list of LISTS) found[list].push(...listOf(page, list));
    }
  } finally {
    client.destroy();
  }
  return `${JSON.stringify(found, null, 1)}\n`;
}

function listOf(page: GetAccountAuthorizationDetailsResponse, list: List): readonly unknown[] {
  return page[list] ?? [];
}
