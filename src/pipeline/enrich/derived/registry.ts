import { aclPublic } from './acl-public.ts';
import { expensiveInstances } from './expensive-instances.ts';
import type { DerivedFact } from './fact.ts';
import { foreignKey } from './foreign-key.ts';
import { grantedAccounts } from './granted-accounts.ts';
import { imageId } from './image-ids.ts';
import { instanceCount } from './instance-count.ts';
import { instanceTypes } from './instance-types.ts';
import { kmsKey } from './kms-key.ts';
import { letsCloudTrailIn } from './lets-cloud-trail-in.ts';
import { lifecycleDays } from './lifecycle-days.ts';
import { namesAsked } from './names-asked.ts';
import { policyAdmin } from './policy-admin.ts';
import { publicAccessBlockOff } from './public-access-block-off.ts';
import { roleAccountOther } from './role-account-other.ts';
import { s3PolicyPublic } from './s3-policy-public.ts';
import { signIn, signInMfa } from './sign-in.ts';
import { signInIsOwn, signInOwner } from './sign-in-owner.ts';
import { trailNarrowed } from './trail-narrowed.ts';
import { worldOpened, worldOpenedIsWeb } from './world-opened.ts';

/** All facts below `derived`, one file each. docs/fields.md lists them for authors of rules. */
export const DERIVED_FACTS: readonly DerivedFact[] = [
  foreignKey,
  grantedAccounts,
  lifecycleDays,
  namesAsked,
  policyAdmin,
  roleAccountOther,
  signIn,
  signInMfa,
  aclPublic,
  expensiveInstances,
  imageId,
  instanceCount,
  instanceTypes,
  kmsKey,
  letsCloudTrailIn,
  publicAccessBlockOff,
  s3PolicyPublic,
  signInIsOwn,
  signInOwner,
  trailNarrowed,
  worldOpened,
  worldOpenedIsWeb,
];
