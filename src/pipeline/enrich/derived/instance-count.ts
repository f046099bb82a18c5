import type { CloudTrailRecord } from '../../../domain/event.ts';
import { listAt, own, valueAt } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';
import { valuesByKey } from './values-by-key.ts';

/**
 * How many instances a call starts, or, where it was refused, asked for. Capacity
 * that is counted in other units than instances counts as written.
 */
export const instanceCount: DerivedFact = {
  name: 'instanceCount',
  calls: [
    ...callsOf('ec2', 'RunInstances', 'CreateFleet', 'RequestSpotFleet', 'RequestSpotInstances'),
    ...callsOf('autoscaling', 'CreateAutoScalingGroup'),
  ],
  says: countOf,
};

const COUNTS = new Set([
  'maxcount',
  'totaltargetcapacity',
  'targetcapacity',
  'instancecount',
  'desiredcapacity',
  'minsize',
]);
/** Beyond this a number is nonsense; it still counts as very many. */
const MOST = 100_000;

function countOf(record: CloudTrailRecord): number | undefined {
  const asked = own(record, 'requestParameters');
  if (typeof asked !== 'object' || asked === null) return undefined;
  const made = listAt(valueAt(record, 'responseElements'), 'instancesSet').length;
  if (made > 0) return made;
  const counts = valuesByKey(asked, COUNTS)
    .map(Number)
    .filter((count) => Number.isFinite(count) && count >= 0);
  return counts.length === 0 ? 1 : Math.min(MOST, Math.max(...counts));
}
