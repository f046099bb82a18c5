import type { CloudTrailRecord } from '../../../domain/event.ts';
import { own, textAt, unhidden } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';

const CALLS = [
  ...callsOf('iam', 'CreateLoginProfile', 'UpdateLoginProfile', 'DeleteLoginProfile', 'ChangePassword'),
  ...callsOf('iam', 'DeactivateMFADevice', 'DeleteVirtualMFADevice', 'EnableMFADevice', 'ResyncMFADevice'),
  ...callsOf('sso-directory', 'UpdatePassword', 'DeleteMfaDeviceForUser'),
];

/** Whose password or MFA device a call changes: a user's name, `root`, or a user's id in Identity Center. */
export const signInOwner: DerivedFact = {
  name: 'signInOwner',
  calls: CALLS,
  says: (record) => signInOwnerOf(record) || undefined,
};

/** Whether that is the caller's own, as it is when people look after themselves. */
export const signInIsOwn: DerivedFact = {
  name: 'signInIsOwn',
  calls: CALLS,
  says: (record) => {
    const owner = signInOwnerOf(record);
    return owner === '' ? undefined : owner === callerOf(record);
  },
};

const ROOT = 'root';
const ROOT_DEVICES = ['root', 'root-account-mfa-device'];

/** '' where the record does not say. A call that names nobody is about the caller. */
export function signInOwnerOf(record: CloudTrailRecord): string {
  const asked = own(record, 'requestParameters');
  if (typeof asked !== 'object' || asked === null) return '';
  if (textAt(record, 'eventSource') === 'sso-directory.amazonaws.com')
    return unhidden(textAt(asked, 'userId'));
  const device = lastPart(textAt(asked, 'serialNumber'));
  if (textAt(record, 'eventName') === 'DeleteVirtualMFADevice')
    return ROOT_DEVICES.includes(device) ? ROOT : device;
  const named =
    unhidden(textAt(asked, 'userName')) ||
    unhidden(textAt(record, 'responseElements', 'loginProfile', 'userName'));
  if (named !== '') return ROOT_DEVICES.includes(device) ? ROOT : named;
  return callerOf(record);
}

function callerOf(record: CloudTrailRecord): string {
  const identity = own(record, 'userIdentity');
  if (textAt(identity, 'type') === 'Root') return ROOT;
  return textAt(identity, 'type') === 'IAMUser' ? unhidden(textAt(identity, 'userName')) : '';
}

/** `arn:aws:iam::111122223333:mfa/alice` → `alice` */
function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
