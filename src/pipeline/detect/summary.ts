import { clip } from '../../domain/clip.ts';
import type { CloudTrailRecord, EnrichedEvent } from '../../domain/event.ts';
import { flagAt, own, textAt, valueAt } from '../../domain/record.ts';
import { openingsOf } from './openings.ts';

const SUMMARY_LENGTH = 200;
const CODE_LENGTH = 80;

type Tell = (record: CloudTrailRecord, event: EnrichedEvent) => string;

const TELLERS: ReadonlyMap<string, Tell> = new Map<string, Tell>([
  ['StopLogging', (record) => `stops trail ${trailIn(record)}`],
  ['DeleteTrail', (record) => `deletes trail ${trailIn(record)}`],
  ['UpdateTrail', narrowing],
  ['PutEventSelectors', narrowing],
  ['UpdateEventDataStore', narrowing],
  ['DeleteEventDataStore', (record) => `deletes event data store ${trailIn(record)}`],
  ['StopEventDataStoreIngestion', (record) => `stops event data store ${trailIn(record)}`],
  ['AuthorizeSecurityGroupIngress', opening],
  ['ModifySecurityGroupRules', opening],
  [
    'PutBucketPolicy',
    (record, event) => publicBucket(record, event.context.derived['s3PolicyPublic'], 'policy'),
  ],
  ['PutBucketAcl', (record, event) => publicBucket(record, event.context.derived['aclPublic'], 'ACL')],
  ['CreateBucket', (record, event) => publicBucket(record, event.context.derived['aclPublic'], 'ACL')],
  ['PutBucketPublicAccessBlock', unblocking],
  ['PutPublicAccessBlock', unblocking],
  ['PutAccountPublicAccessBlock', unblocking],
  ['DeleteBucketPublicAccessBlock', (record) => `removes the public access block of ${bucketIn(record)}`],
  ['DeletePublicAccessBlock', (record) => `removes the public access block of ${bucketIn(record)}`],
  ['DeleteAccountPublicAccessBlock', () => 'removes the public access block of the account'],
  ['ConsoleLogin', consoleLogin],
]);

/** One short line on what the call asked for, in plain words; '' where nothing is known of the call. */
export function summaryOf(event: EnrichedEvent): string {
  const { record } = event;
  const known = TELLERS.get(textAt(record, 'eventName'))?.(record, event) ?? '';
  const told = leavesOut(record) ? [known, LEFT_OUT].filter((part) => part !== '').join('; ') : known;
  const code = clip(textAt(record, 'errorCode'), CODE_LENGTH);
  if (told === '') return deniedCall(textAt(record, 'eventName'), code);
  const line = clip(told, SUMMARY_LENGTH);
  return code === '' ? line : `${line} (failed: ${code})`;
}

/** Whoever pads a call with blanks makes CloudTrail leave out what it asks for. */
const LEFT_OUT =
  'CloudTrail left its parameters out for their size, so what it asked for is unknown and the worst is supposed';

function leavesOut(record: CloudTrailRecord): boolean {
  return ['requestParameters', 'responseElements'].some((part) => flagAt(record, part, 'omitted') === true);
}

function trailIn(record: CloudTrailRecord): string {
  const asked = own(record, 'requestParameters');
  return (
    textAt(asked, 'name') || textAt(asked, 'trailName') || textAt(asked, 'eventDataStore') || '(not named)'
  );
}

function narrowing(record: CloudTrailRecord, event: EnrichedEvent): string {
  return `${event.context.derived['trailNarrowed'] === true ? 'narrows' : 'changes'} trail ${trailIn(record)}`;
}

/** `opens tcp 22 to 0.0.0.0/0 in sg-1`, the widest opening first. */
function opening(record: CloudTrailRecord): string {
  const [first, ...more] = openingsOf(record);
  if (first === undefined) return '';
  const rest = more.length > 0 ? ` and ${more.length} more` : '';
  return `opens ${first.ports} to ${first.network}${rest} in ${first.group}`;
}

function bucketIn(record: CloudTrailRecord): string {
  return `bucket ${textAt(record, 'requestParameters', 'bucketName') || '(not named)'}`;
}

function publicBucket(record: CloudTrailRecord, fact: unknown, means: string): string {
  return fact === true ? `makes ${bucketIn(record)} public by ${means}` : '';
}

const BLOCKS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];

function unblocking(record: CloudTrailRecord): string {
  const wanted = valueAt(record, 'requestParameters', 'PublicAccessBlockConfiguration');
  const off = BLOCKS.filter((block) => flagAt(wanted, block) === false);
  const where = textAt(record, 'eventName').includes('Account') ? 'the account' : bucketIn(record);
  return off.length === 0 ? '' : `turns off ${off.join(', ')} of ${where}`;
}

function consoleLogin(record: CloudTrailRecord): string {
  const outcome = textAt(record, 'responseElements', 'ConsoleLogin');
  if (outcome === 'Failure') return 'fails to sign in to the console';
  return outcome === 'Success' ? 'signs in to the console' : '';
}

/** Of a call without words of its own only a refusal is worth a line. */
function deniedCall(eventName: string, code: string): string {
  return /denied|unauthorized|authorizationerror/i.test(code)
    ? clip(`is denied ${eventName} (${code})`, SUMMARY_LENGTH)
    : '';
}
