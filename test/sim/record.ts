import type { CloudTrailRecord } from '../../src/domain/event.ts';
import type { Random } from './random.ts';

/** Who calls, and from where. */
export interface Actor {
  /** Account in which the calls happen. */
  readonly account: string;
  /** Region in which it works unless a call says otherwise. */
  readonly region: string;
  /** `userIdentity` as CloudTrail writes it. */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly address: string;
  readonly userAgent: string;
  /** It works in the console: its session carries the console's mark. */
  readonly console?: boolean;
}

/** One call, in the words of the API. */
export interface Call {
  /** `ec2`: the first word of `eventSource`. */
  readonly service: string;
  readonly name: string;
  readonly request?: unknown;
  readonly response?: unknown;
  /** Error code and message. */
  readonly error?: readonly [string, string];
  readonly region?: string;
  /** Where the name does not tell. */
  readonly readOnly?: boolean;
  /** Fields to add or to replace. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const READS =
  /^(Get|List|Describe|Head|Lookup|BatchGet|Search|Simulate|Query|Scan|AssumeRole|Decrypt|Verify)/;
/** Services that report one region wherever they are called from. */
const GLOBAL = new Set(['iam', 'route53', 'cloudfront', 'organizations', 'account', 'signin', 'support']);

/** The record that CloudTrail would write of a call: version 1.11, a management event. */
export function recordOf(actor: Actor, call: Call, time: number, random: Random): CloudTrailRecord {
  const region = GLOBAL.has(call.service) ? 'us-east-1' : (call.region ?? actor.region);
  const isByService = actor.identity['type'] === 'AWSService' || actor.identity['invokedBy'] !== undefined;
  return {
    eventVersion: '1.11',
    userIdentity: actor.identity,
    eventTime: timeText(time),
    eventSource: `${call.service}.amazonaws.com`,
    eventName: call.name,
    awsRegion: region,
    sourceIPAddress: actor.address,
    userAgent: actor.userAgent,
    ...(call.error === undefined ? {} : { errorCode: call.error[0], errorMessage: call.error[1] }),
    requestParameters: call.request ?? null,
    responseElements: call.error === undefined ? (call.response ?? null) : null,
    requestID: random.uuid(),
    eventID: random.uuid(),
    readOnly: call.readOnly ?? READS.test(call.name),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: actor.account,
    eventCategory: 'Management',
    ...(isByService || actor.console === true ? {} : tls(call.service, region)),
    ...(actor.console === true ? { sessionCredentialFromConsole: 'true' } : {}),
    ...call.more,
  };
}

/** ISO 8601 without fractions, as CloudTrail writes it. */
export function timeText(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

function tls(service: string, region: string) {
  return {
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: `${service}.${region}.amazonaws.com`,
    },
  };
}
