import type { CloudTrailRecord } from '../../../domain/event.ts';
import { flagAt, listAt, own, textAt } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';

/**
 * Whether a change leaves a trail or event data store with less than all
 * management events, reads and writes, in all regions with global services.
 * Undefined where the record has no parameters, as with a denied call.
 */
export const trailNarrowed: DerivedFact = {
  name: 'trailNarrowed',
  calls: callsOf('cloudtrail', 'UpdateTrail', 'PutEventSelectors', 'UpdateEventDataStore'),
  says: narrowed,
};

/** Switches that narrow a trail or an event data store when they are turned off. */
const SWITCHES = [
  'isMultiRegionTrail',
  'includeGlobalServiceEvents',
  'isOrganizationTrail',
  'multiRegionEnabled',
  'organizationEnabled',
];

function narrowed(record: CloudTrailRecord): boolean | undefined {
  const asked = own(record, 'requestParameters');
  if (typeof asked !== 'object' || asked === null) return undefined;
  if (Object.keys(asked).length === 0 || flagAt(asked, 'omitted') === true) return undefined;
  if (SWITCHES.some((name) => flagAt(asked, name) === false)) return true;
  const basic = listAt(asked, 'eventSelectors');
  const advanced = listAt(asked, 'advancedEventSelectors');
  if (basic.length + advanced.length === 0) return false;
  if (advanced.length > 0 && advanced.every(isOfOtherKind)) return false;
  const kept = [...basic.map(coverOfBasic), ...advanced.map(coverOfAdvanced)];
  return !(kept.some((cover) => cover.reads) && kept.some((cover) => cover.writes));
}

/** What one selector keeps of the management events. */
interface Cover {
  readonly reads: boolean;
  readonly writes: boolean;
}

const NOTHING: Cover = { reads: false, writes: false };

/** The two sources that AWS itself offers to leave out, as they are loud. */
const LOUD_SOURCES = ['kms.amazonaws.com', 'rdsdata.amazonaws.com'];

function coverOfBasic(selector: unknown): Cover {
  if (flagAt(selector, 'includeManagementEvents') === false) return NOTHING;
  if (!onlyLoud(listAt(selector, 'excludeManagementEventSources'))) return NOTHING;
  const type = textAt(selector, 'readWriteType').toLowerCase();
  return { reads: type !== 'writeonly', writes: type !== 'readonly' };
}

function coverOfAdvanced(selector: unknown): Cover {
  const tests = listAt(selector, 'fieldSelectors');
  if (!categoriesOf(selector).includes('management') || tests.some(dropsEvents)) return NOTHING;
  const readOnly = tests.find((test) => textAt(test, 'field') === 'readOnly');
  if (readOnly === undefined) return { reads: true, writes: true };
  const kept = flagsOf(readOnly, 'equals');
  const left = flagsOf(readOnly, 'notEquals');
  const keeps = (flag: string): boolean => (left.length > 0 ? !left.includes(flag) : kept.includes(flag));
  return { reads: keeps('true'), writes: keeps('false') };
}

/** Stores of configuration items, evidence and the like hold no events of CloudTrail. */
const OWN_CATEGORIES = ['management', 'data', 'networkactivity', 'insight'];

function isOfOtherKind(selector: unknown): boolean {
  const categories = categoriesOf(selector);
  return categories.length > 0 && !categories.some((category) => OWN_CATEGORIES.includes(category));
}

function categoriesOf(selector: unknown): readonly string[] {
  const tests = listAt(selector, 'fieldSelectors');
  return flagsOf(
    tests.find((test) => textAt(test, 'field') === 'eventCategory'),
    'equals',
  );
}

function flagsOf(test: unknown, operator: string): readonly string[] {
  return listAt(test, operator).map((value) => String(value).toLowerCase());
}

function onlyLoud(sources: readonly unknown[]): boolean {
  return sources.every((source) => LOUD_SOURCES.includes(String(source)));
}

/** Any test but those on category, reads and the loud sources takes management events away. */
function dropsEvents(test: unknown): boolean {
  const field = textAt(test, 'field');
  if (field === 'eventCategory' || field === 'readOnly') return false;
  const left = listAt(test, 'notEquals');
  const tests = Object.keys(typeof test === 'object' && test !== null ? test : {}).length;
  return !(field === 'eventSource' && tests === 2 && left.length > 0 && onlyLoud(left));
}
