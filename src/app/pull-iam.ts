import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIamSnapshot } from '../adapters/aws/iam-snapshot.ts';
import { replaceFile } from '../adapters/files/replace-file.ts';
import type { Config } from '../config/schema.ts';
import { TrailhiveError } from '../domain/errors.ts';
import { parseSnapshot } from '../pipeline/enrich/blast-radius/snapshot.ts';

export interface PullIamOptions {
  /** Where the files go, `<account>.json` each; it is made where it is missing. */
  readonly folder: string;
  readonly aws: Config['aws'];
  /** Roles to assume, one an account; none: the account of the process. */
  readonly roles: Config['context']['iamRoles'];
}

export interface PulledIam {
  readonly account: string;
  readonly file: string;
  readonly principals: number;
}

/**
 * Asks IAM who is in each account and what they may do, and writes it whole or not at
 * all. Throws what AWS answers; `input` where an account has neither user nor role.
 */
export async function pullIam({ folder, aws, roles }: PullIamOptions): Promise<readonly PulledIam[]> {
  await mkdir(folder, { recursive: true });
  const pulled: PulledIam[] = [];
  for (const role of roles.length === 0 ? [undefined] : roles) {
    const place = {
      region: aws.region,
      ...(aws.endpoint === undefined ? {} : { endpoint: aws.endpoint }),
      ...(role === undefined ? {} : { role }),
    };
    const text = await readIamSnapshot(place);
    const { snapshot } = parseSnapshot(text, role?.arn ?? 'IAM');
    if (snapshot === undefined || !/^\d{12}$/.test(snapshot.account)) {
      throw new TrailhiveError('input', `${role?.arn ?? 'The account'} has no user and no role to read.`);
    }
    const file = join(folder, `${snapshot.account}.json`);
    await replaceFile(file, text);
    pulled.push({ account: snapshot.account, file, principals: snapshot.principals.length });
  }
  return pulled;
}
