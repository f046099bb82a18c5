import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

describe('derived.trailNarrowed', () => {
  const management = (...more: object[]) => ({
    fieldSelectors: [{ field: 'eventCategory', equals: ['Management'] }, ...more],
  });
  const basic = (...eventSelectors: object[]) => ({ eventSelectors });
  const advanced = (...advancedEventSelectors: object[]) => ({ advancedEventSelectors });

  it.each<[string, object, boolean]>([
    ['no management events', basic({ includeManagementEvents: false, readWriteType: 'All' }), true],
    ['reads only', basic({ includeManagementEvents: true, readWriteType: 'ReadOnly' }), true],
    ['writes only', basic({ readWriteType: 'WriteOnly' }), true],
    ['all of them', basic({ includeManagementEvents: true, readWriteType: 'All' }), false],
    ['all of them in two parts', basic({ readWriteType: 'ReadOnly' }, { readWriteType: 'WriteOnly' }), false],
    [
      'data events beside all',
      basic({ readWriteType: 'All', dataResources: [{ type: 'AWS::S3::Object' }] }),
      false,
    ],
    [
      'basic: all but IAM',
      basic({ readWriteType: 'All', excludeManagementEventSources: ['iam.amazonaws.com'] }),
      true,
    ],
    [
      'basic: all but the loud',
      basic({ readWriteType: 'All', excludeManagementEventSources: ['kms.amazonaws.com'] }),
      false,
    ],
    ['advanced: all', advanced(management()), false],
    ['advanced: all but reads', advanced(management({ field: 'readOnly', notEquals: ['true'] })), true],
    [
      'advanced: calls that begin with Get',
      advanced(management({ field: 'eventName', startsWith: ['Get'] })),
      true,
    ],
    [
      'advanced: configuration items, which are no events',
      advanced({ fieldSelectors: [{ field: 'eventCategory', equals: ['ConfigurationItem'] }] }),
      false,
    ],
    [
      'advanced: data only',
      advanced({ fieldSelectors: [{ field: 'eventCategory', equals: ['Data'] }] }),
      true,
    ],
    ['advanced: writes only', advanced(management({ field: 'readOnly', equals: ['false'] })), true],
    [
      'advanced: all but the loud',
      advanced(management({ field: 'eventSource', notEquals: ['kms.amazonaws.com'] })),
      false,
    ],
    [
      'advanced: all but IAM',
      advanced(management({ field: 'eventSource', notEquals: ['iam.amazonaws.com'] })),
      true,
    ],
  ])('of selectors that keep %s', (_name, parameters, expected) => {
    expect(derivedOf('trailNarrowed', 'cloudtrail PutEventSelectors', parameters)).toBe(expected);
  });

  it.each<[string, string, object, boolean]>([
    ['one region', 'UpdateTrail', { isMultiRegionTrail: false }, true],
    ['one region, as text', 'UpdateTrail', { isMultiRegionTrail: 'false' }, true],
    ['no global services', 'UpdateTrail', { includeGlobalServiceEvents: false }, true],
    ['no organisation', 'UpdateTrail', { isOrganizationTrail: false }, true],
    [
      'a log group',
      'UpdateTrail',
      { name: 't', isMultiRegionTrail: true, cloudWatchLogsRoleArn: 'x' },
      false,
    ],
    ['an event data store of one region', 'UpdateEventDataStore', { multiRegionEnabled: false }, true],
    ['a longer retention', 'UpdateEventDataStore', { retentionPeriod: 90 }, false],
  ])('of a trail changed to %s', (_name, call, parameters, expected) => {
    expect(derivedOf('trailNarrowed', `cloudtrail ${call}`, parameters)).toBe(expected);
  });

  it.each([
    ['a denied call, whose parameters CloudTrail leaves out', null],
    ['a call without parameters', {}],
    ['parameters that were too large', { omitted: true, originalSize: 300_000 }],
  ])('is absent for %s', (_name, parameters) => {
    expect(derivedOf('trailNarrowed', 'cloudtrail PutEventSelectors', parameters)).toBeUndefined();
  });
});
