import type { CloudTrailRecord } from '../../../domain/event.ts';
import { flagAt, own } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';
import { valuesByKey } from './values-by-key.ts';

/**
 * Whether a call leaves the public access block of a bucket, access point or account
 * with less than its four switches on. The call replaces the whole block: a switch
 * that it does not name is off.
 */
export const publicAccessBlockOff: DerivedFact = {
  name: 'publicAccessBlockOff',
  calls: callsOf(
    's3',
    'PutBucketPublicAccessBlock',
    'PutPublicAccessBlock',
    'PutAccountPublicAccessBlock',
    'CreateAccessPoint',
  ),
  says: leavesOff,
};

const BLOCK = new Set(['publicaccessblockconfiguration']);
const SWITCHES = ['blockpublicacls', 'ignorepublicacls', 'blockpublicpolicy', 'restrictpublicbuckets'];

function leavesOff(record: CloudTrailRecord): boolean | undefined {
  const blocks = valuesByKey(own(record, 'requestParameters'), BLOCK).filter(
    (block) => typeof block === 'object' && block !== null,
  );
  if (blocks.length === 0) return undefined;
  return blocks.some((block) => {
    const named = Object.fromEntries(
      Object.entries(block as object).map(([key, value]) => [key.toLowerCase(), value]),
    );
    return SWITCHES.some((name) => flagAt(named, name) !== true);
  });
}
