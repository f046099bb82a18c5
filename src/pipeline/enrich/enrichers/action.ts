import type { CloudTrailRecord } from '../../../domain/event.ts';
import { flagAt, textAt } from '../../../domain/record.ts';
import type { Enricher } from '../enricher.ts';
import { type IamAction, iamActionOf } from '../iam-action.ts';
import { userAgentOf } from '../user-agent.ts';

/** The IAM action behind the call, its access level, what harm it can do, and whether it is mere noise. */
export const actionEnricher: Enricher<'action'> = {
  name: 'action',
  enrich({ record }) {
    const action = iamActionOf(textAt(record, 'eventSource'), textAt(record, 'eventName'));
    return isNoise(record, action) ? { ...action, noise: true } : action;
  },
};

const LOOKING: ReadonlySet<string | undefined> = new Set(['List', 'Read']);
const SERVICE = /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/;

/**
 * A call that only looks, that went well, that can do no harm of any class, and that
 * nobody typed: an AWS service made it, or a page of the console to fill its lists.
 */
function isNoise(record: CloudTrailRecord, { accessLevel, risks }: IamAction): boolean {
  if (!LOOKING.has(accessLevel) || risks !== undefined) return false;
  if (flagAt(record, 'readOnly') === false || textAt(record, 'errorCode') !== '') return false;
  return madeByService(record) || userAgentOf(textAt(record, 'userAgent')).family === 'console';
}

function madeByService(record: CloudTrailRecord): boolean {
  const from = textAt(record, 'sourceIPAddress');
  return (
    textAt(record, 'userIdentity', 'invokedBy') !== '' ||
    textAt(record, 'userIdentity', 'type') === 'AWSService' ||
    from === 'AWS Internal' ||
    SERVICE.test(from)
  );
}
