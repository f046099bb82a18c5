/**
 * The demo's built-in story: an ordinary morning in two accounts, and in it five
 * people or attackers who trip the first six detections. Shaped like real
 * CloudTrail; every name and address is made up (addresses are from the
 * documentation ranges).
 */
import { hashOf } from '../../../domain/hash.ts';

type Json = Readonly<Record<string, unknown>>;

/** One S3 object of the story: CloudTrail writes one per account and region every few minutes. */
export interface StoryObject {
  readonly account: string;
  readonly region: string;
  readonly records: readonly Json[];
}

export interface Story {
  readonly objects: readonly StoryObject[];
  /** What the developer does again after the analyst's verdict: the same thing, another event. */
  readonly repeat: StoryObject;
}

const PRODUCTION = '111122223333';
const SANDBOX = '444455556666';
const REGION = 'eu-west-1';
const MINUTE_MS = 60_000;

interface Call {
  readonly minute: number;
  readonly account: string;
  readonly source: string;
  readonly name: string;
  readonly identity: Json;
  readonly address: string;
  readonly agent: string;
  readonly request?: Json | null;
  readonly response?: Json | null;
  readonly more?: Json;
}

/** Builds the story around `now` (epoch ms): everything in it happened in the hour before. */
export function tellStory(now: number): Story {
  const start = Math.floor(now / 1000) * 1000 - 60 * MINUTE_MS;
  const toRecord = (call: Call, index: number) => recordOf(call, start, index);
  const calls = [
    ...ordinaryMorning(),
    ...stolenKey(),
    ...rootAtTheConsole(),
    ...developerInTheSandbox(5),
    ...guessedPasswords(),
    ...hastyPipeline(),
  ];
  const records = calls
    .map(toRecord)
    .sort((a, b) => (String(a['eventTime']) < String(b['eventTime']) ? -1 : 1));
  const accounts = [PRODUCTION, SANDBOX];
  const objects = accounts.flatMap((account) =>
    inChunks(
      records.filter((record) => record['recipientAccountId'] === account),
      40,
    ).map((chunk) => ({ account, region: REGION, records: chunk })),
  );
  const again = developerInTheSandbox(58).map((call, index) => toRecord(call, calls.length + index));
  return { objects, repeat: { account: SANDBOX, region: REGION, records: again } };
}

const role = (account: string, name: string, session: string): Json => ({
  type: 'AssumedRole',
  principalId: `AROA${hashOf([account, name]).slice(0, 16).toUpperCase()}:${session}`,
  arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
  accountId: account,
  accessKeyId: `ASIA${hashOf([account, name, session]).slice(0, 16).toUpperCase()}`,
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: `AROA${hashOf([account, name]).slice(0, 16).toUpperCase()}`,
      arn: `arn:aws:iam::${account}:role/${name}`,
      accountId: account,
      userName: name,
    },
    attributes: { creationDate: '2026-01-01T06:00:00Z', mfaAuthenticated: 'false' },
  },
});

const user = (account: string, name: string): Json => ({
  type: 'IAMUser',
  principalId: `AIDA${hashOf([account, name]).slice(0, 16).toUpperCase()}`,
  arn: `arn:aws:iam::${account}:user/${name}`,
  accountId: account,
  accessKeyId: `AKIA${hashOf([account, name, 'key']).slice(0, 16).toUpperCase()}`,
  userName: name,
});

const CLI = 'aws-cli/2.31.4 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0 md/arch#x86_64 lang/python#3.13.7';
const SDK =
  'aws-sdk-java/2.35.6 Linux/6.1.155-176.282.amzn2023.x86_64 OpenJDK_64-Bit_Server_VM/21.0.9+10-LTS';
const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

/** Applications and people at work: nothing in it is worth an alert. */
function ordinaryMorning(): Call[] {
  const app = role(PRODUCTION, 'shop-checkout', 'i-0a1b2c3d4e5f60718');
  const viewer = role(SANDBOX, 'developer', 'erin@shop.example');
  const reads = [
    { source: 'ec2', name: 'DescribeInstances', request: { maxResults: 50 } },
    { source: 'ssm', name: 'GetParametersByPath', request: { path: '/shop/checkout' } },
    { source: 'kms', name: 'Decrypt', request: { encryptionAlgorithm: 'SYMMETRIC_DEFAULT' } },
    { source: 'sts', name: 'GetCallerIdentity', request: null },
    { source: 's3', name: 'GetBucketLocation', request: { bucketName: 'shop-assets' } },
    { source: 'logs', name: 'DescribeLogGroups', request: { limit: 50 } },
  ];
  return Array.from({ length: 240 }, (_, index) => {
    const read = reads[index % reads.length] as (typeof reads)[number];
    const inSandbox = index % 4 === 3;
    return {
      minute: (index * 59) / 240,
      account: inSandbox ? SANDBOX : PRODUCTION,
      source: `${read.source}.amazonaws.com`,
      name: read.name,
      identity: inSandbox ? viewer : app,
      address: inSandbox ? '203.0.113.40' : '10.20.30.40',
      agent: inSandbox ? BROWSER : SDK,
      request: read.request,
    };
  });
}

/** A leaked access key: looks around, is refused again and again, opens a bucket, then stops the trail. */
function stolenKey(): Call[] {
  const base = {
    account: PRODUCTION,
    identity: user(PRODUCTION, 'ci-deploy'),
    address: '198.51.100.23',
    agent: CLI,
  };
  const tried: readonly (readonly [string, string])[] = [
    ['iam', 'ListUsers'],
    ['iam', 'ListRoles'],
    ['iam', 'GetAccountAuthorizationDetails'],
    ['iam', 'CreateUser'],
    ['iam', 'AttachUserPolicy'],
    ['ec2', 'DescribeSnapshots'],
    ['secretsmanager', 'ListSecrets'],
    ['rds', 'DescribeDBInstances'],
    ['lambda', 'ListFunctions20150331'],
    ['dynamodb', 'ListTables'],
    ['sts', 'AssumeRole'],
    ['kms', 'ListKeys'],
    ['organizations', 'ListAccounts'],
    ['ssm', 'DescribeParameters'],
    ['sns', 'ListTopics'],
    ['sqs', 'ListQueues'],
  ];
  const denied = tried.map(([service, name], index) => ({
    ...base,
    minute: 20 + index * 0.3,
    source: `${service}.amazonaws.com`,
    name,
    request: null,
    more: {
      errorCode: service === 'ec2' ? 'Client.UnauthorizedOperation' : 'AccessDenied',
      errorMessage: `User: arn:aws:iam::${PRODUCTION}:user/ci-deploy is not authorized to perform: ${service}:${name}`,
    },
  }));
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::shop-customer-exports/*',
      },
    ],
  };
  return [
    { ...base, minute: 19, source: 'sts.amazonaws.com', name: 'GetCallerIdentity' },
    ...denied,
    {
      ...base,
      minute: 26,
      source: 's3.amazonaws.com',
      name: 'PutBucketPolicy',
      request: { bucketName: 'shop-customer-exports', policy: '', bucketPolicy: policy },
      more: { resources: [{ type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::shop-customer-exports' }] },
    },
    {
      ...base,
      minute: 29,
      source: 'cloudtrail.amazonaws.com',
      name: 'StopLogging',
      request: { name: `arn:aws:cloudtrail:${REGION}:${PRODUCTION}:trail/organisation` },
    },
  ];
}

/** The root user signs in and makes itself an access key. */
function rootAtTheConsole(): Call[] {
  const identity = {
    type: 'Root',
    principalId: PRODUCTION,
    arn: `arn:aws:iam::${PRODUCTION}:root`,
    accountId: PRODUCTION,
  };
  const base = { account: PRODUCTION, identity, address: '203.0.113.77', agent: BROWSER };
  return [
    {
      ...base,
      minute: 33,
      source: 'signin.amazonaws.com',
      name: 'ConsoleLogin',
      request: null,
      response: { ConsoleLogin: 'Success' },
      more: { eventType: 'AwsConsoleSignIn', additionalEventData: { MFAUsed: 'No', MobileVersion: 'No' } },
    },
    {
      ...base,
      minute: 35,
      source: 'iam.amazonaws.com',
      name: 'CreateAccessKey',
      request: null,
      response: { accessKey: { accessKeyId: 'AKIAROOTEXAMPLE00001', status: 'Active', createDate: 'today' } },
    },
  ];
}

/** A developer opens a test machine to the world: careless, harmless, and what the analyst will judge. */
function developerInTheSandbox(minute: number): Call[] {
  return [
    worldOpen({
      minute,
      account: SANDBOX,
      identity: role(SANDBOX, 'developer', 'dana@shop.example'),
      address: '203.0.113.40',
      agent: BROWSER,
      group: 'sg-0d15ea5e0d15ea5e0',
      port: 8080,
      range: { cidrIp: '0.0.0.0/0' },
    }),
  ];
}

/** Somebody guesses the password of one user, a dozen times. */
function guessedPasswords(): Call[] {
  return Array.from({ length: 12 }, (_, index) => ({
    minute: 40 + index * 0.2,
    account: PRODUCTION,
    source: 'signin.amazonaws.com',
    name: 'ConsoleLogin',
    identity: { type: 'IAMUser', accountId: PRODUCTION, accessKeyId: '', userName: 'bob' },
    address: '192.0.2.66',
    agent: BROWSER,
    request: null,
    response: { ConsoleLogin: 'Failure' },
    more: {
      eventType: 'AwsConsoleSignIn',
      errorMessage: 'Failed authentication',
      additionalEventData: { MFAUsed: 'No', MobileVersion: 'No' },
    },
  }));
}

/** A deployment opens a production group to all of IPv6. */
function hastyPipeline(): Call[] {
  return [
    worldOpen({
      minute: 47,
      account: PRODUCTION,
      identity: role(PRODUCTION, 'terraform-apply', 'run-8841'),
      address: '203.0.113.12',
      agent:
        'APN/1.0 HashiCorp/1.0 Terraform/1.13.5 (+https://www.terraform.io) aws-sdk-go-v2/1.39.6 os/linux',
      group: 'sg-0c0ffee00c0ffee00',
      port: 22,
      range: { cidrIpv6: '::/0' },
    }),
  ];
}

function worldOpen(
  opening: Omit<Call, 'source' | 'name'> & { group: string; port: number; range: Json },
): Call {
  const { group, port, range, ...call } = opening;
  const isIpv6 = 'cidrIpv6' in range;
  const permission = {
    ipProtocol: 'tcp',
    fromPort: port,
    toPort: port,
    groups: {},
    ipRanges: isIpv6 ? {} : { items: [range] },
    ipv6Ranges: isIpv6 ? { items: [range] } : {},
    prefixListIds: {},
  };
  return {
    ...call,
    source: 'ec2.amazonaws.com',
    name: 'AuthorizeSecurityGroupIngress',
    request: { groupId: group, ipPermissions: { items: [permission] } },
    response: { requestId: hashOf([group, port]), _return: true },
  };
}

function recordOf(call: Call, start: number, index: number): Json {
  const id = hashOf(['demo story', index, call.name]);
  return {
    eventVersion: '1.11',
    userIdentity: call.identity,
    eventTime: new Date(start + call.minute * MINUTE_MS).toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: call.source,
    eventName: call.name,
    awsRegion: REGION,
    sourceIPAddress: call.address,
    userAgent: call.agent,
    requestParameters: call.request ?? null,
    responseElements: call.response ?? null,
    requestID: hashOf(['request', id]),
    eventID: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    readOnly: /^(Describe|Get|List|Decrypt)/.test(call.name),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: call.account,
    eventCategory: 'Management',
    ...call.more,
  };
}

/** Parts of at most `size` records, in order. */
export function inChunks<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size));
  return chunks;
}
