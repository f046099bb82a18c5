import type { CloudTrailRecord } from '../../../domain/event.ts';
import { own, valueAt } from '../../../domain/record.ts';
import { type DerivedFact, LONGEST_LIST } from './fact.ts';
import { LAUNCH_CALLS } from './instance-types.ts';
import { valuesByKey } from './values-by-key.ts';

/**
 * The machine image that a call starts instances from, or will: one id, or a list
 * of several. A parameter of Systems Manager (`resolve:ssm:…`) is no id.
 */
export const imageId: DerivedFact = {
  name: 'imageId',
  calls: LAUNCH_CALLS,
  says: (record) => {
    const [first, ...more] = imageIdsOf(record);
    return first === undefined || more.length === 0 ? first : [first, ...more];
  },
};

const IMAGE_KEYS = new Set(['imageid']);

/** Each once, sorted, at most `LONGEST_LIST`. */
export function imageIdsOf(record: CloudTrailRecord): readonly string[] {
  const named = [
    ...valuesByKey(own(record, 'requestParameters'), IMAGE_KEYS),
    // With a launch template only the answer tells the image.
    ...valuesByKey(valueAt(record, 'responseElements', 'instancesSet'), IMAGE_KEYS),
  ].filter((value) => typeof value === 'string');
  const ids = named.map((text) => text.trim()).filter((text) => /^ami-[0-9A-Za-z]{1,32}$/.test(text));
  return [...new Set(ids)].sort().slice(0, LONGEST_LIST);
}
