import type { CloudTrailRecord } from '../../../domain/event.ts';
import { flagAt, listAt, own, textAt } from '../../../domain/record.ts';

/** Switches that narrow a trail or an event data store when they are turned off. */
const SWITCHES = [
  'isMultiRegionTrail',
  'includeGlobalServiceEvents',
  'isOrganizationTrail',
  'multiRegionEnabled',
  'organizationEnabled',
];

/**
 * Whether a change leaves a trail or event data store with less than all
 * management events, reads and writes, in all regions with global services.
 * Undefined where the record has no parameters, as with a denied call.
 */
export function trailNarrowed(record: CloudTrailRecord): boolean | undefined {
  const asked = own(record, 'requestParameters');
  if (typeof asked !== 'object' || asked === null) return undefined;
  if (SWITCHES.some((name) => flagAt(asked, name) === false)) return true;
  const basic = listAt(asked, 'eventSelectors');
  const advanced = listAt(asked, 'advancedEventSelectors');
  const selectors = [...basic.map(coverOfBasic), ...advanced.map(coverOfAdvanced)];
  if (selectors.length === 0) return false;
  return !(selectors.some((cover) => cover.reads) && selectors.some((cover) => cover.writes));
}

/** What one selector keeps of the management events. */
interface Cover {
  readonly reads: boolean;
  readonly writes: boolean;
}

const NOTHING: Cover = { reads: false, writes: false };

function coverOfBasic(selector: unknown): Cover {
  if (flagAt(selector, 'includeManagementEvents') === false) return NOTHING;
  const type = textAt(selector, 'readWriteType').toLowerCase();
  return { reads: type !== 'writeonly', writes: type !== 'readonly' };
}

function coverOfAdvanced(selector: unknown): Cover {
  const tests = listAt(selector, 'fieldSelectors');
  const category = tests.find((test) => textAt(test, 'field') === 'eventCategory');
  if (!listAt(category, 'equals').includes('Management') || tests.some(dropsEvents)) return NOTHING;
  const readOnly = tests.find((test) => textAt(test, 'field') === 'readOnly');
  if (readOnly === undefined) return { reads: true, writes: true };
  const kept = listAt(readOnly, 'equals').map(String);
  return { reads: kept.includes('true'), writes: kept.includes('false') };
}

/** The two sources that AWS itself offers to leave out, as they are loud. */
const LOUD_SOURCES = ['kms.amazonaws.com', 'rdsdata.amazonaws.com'];

/** Any test but those on category, reads and the loud sources takes management events away. */
function dropsEvents(test: unknown): boolean {
  const field = textAt(test, 'field');
  if (field === 'eventCategory' || field === 'readOnly') return false;
  const left = listAt(test, 'notEquals');
  const onlyLoud = left.length > 0 && left.every((source) => LOUD_SOURCES.includes(String(source)));
  return !(field === 'eventSource' && onlyLoud && listAt(test, 'equals').length === 0);
}
