import type { CompanyContext } from '../../src/domain/company.ts';
import type {
  CloudTrailEvent,
  CloudTrailRecord,
  EnrichedEvent,
  EventContext,
} from '../../src/domain/event.ts';
import { hashOf } from '../../src/domain/hash.ts';
import { createEnrich } from '../../src/pipeline/enrich/enrich.ts';
import { aCompany } from './a-company.ts';

/** Fields of a record to replace, as CloudTrail names them. `undefined` removes a field. */
export type RecordOverrides = Readonly<Record<string, unknown>>;

/** A real-shaped record: the user alice stops a trail in account 111122223333. Equal overrides give equal records. */
export function aRecord(overrides: RecordOverrides = {}): CloudTrailRecord {
  const record: Record<string, unknown> = {
    eventVersion: '1.09',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDACKCEVSQ6C2EXAMPLE',
      arn: 'arn:aws:iam::111122223333:user/alice',
      accountId: '111122223333',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      userName: 'alice',
    },
    eventTime: '2026-11-22T10:00:00Z',
    eventSource: 'cloudtrail.amazonaws.com',
    eventName: 'StopLogging',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '203.0.113.7',
    userAgent: 'aws-cli/2.15.0 Python/3.11.6 Linux/6.1 exe/x86_64',
    requestParameters: { name: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/main' },
    responseElements: null,
    requestID: '3f5a1d2e-0000-4000-8000-000000000001',
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '111122223333',
    eventCategory: 'Management',
    ...overrides,
  };
  for (const [key, value] of Object.entries(record)) if (value === undefined) delete record[key];
  if (!('eventID' in overrides)) record['eventID'] = hashOf([record]);
  return record;
}

/** The record as an event, complete, of its own account. `event` replaces what decode worked out. */
export function anEvent(
  overrides: RecordOverrides = {},
  event: Partial<CloudTrailEvent> = {},
): CloudTrailEvent {
  const record = aRecord(overrides);
  const id = String(record['eventID']);
  const account = String(record['recipientAccountId'] ?? '');
  return {
    id,
    key: `${id}:${account}`,
    account,
    time: Date.parse(String(record['eventTime'])),
    complete: true,
    record,
    origin: { refId: 'ref-1', index: 0 },
    ...event,
  };
}

/** The event as enrich makes it; roots of `context` replace what enrich worked out. */
export function anEnrichedEvent(
  overrides: RecordOverrides = {},
  context: Partial<EventContext> = {},
  company: CompanyContext = aCompany(),
): EnrichedEvent {
  const event = createEnrich(company)(anEvent(overrides));
  return { ...event, context: { ...event.context, ...context } };
}
