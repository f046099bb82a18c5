import { clip } from '../../domain/clip.ts';
import type { CloudTrailEvent, CloudTrailRecord } from '../../domain/event.ts';
import { listAt, own, partitionOf, textAt } from '../../domain/record.ts';

/** How many touched things evidence names. */
const RESOURCE_LIMIT = 10;
const ARN_LENGTH = 1024;

/** Writes a name as what it stands for: an ARN where AWS has a plain rule for it, else the bare id. */
type Spell = (name: string, place: Place) => string;

interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly service: string;
}

const asIs: Spell = (name) => name;
const bucket: Spell = (name, { partition }) => `arn:${partition}:s3:::${name}`;
const trail: Spell = (name, { partition, region, account }) =>
  `arn:${partition}:cloudtrail:${region}:${account}:trail/${name}`;
const iam =
  (type: string): Spell =>
  (name, { partition, account }) =>
    `arn:${partition}:iam::${account}:${type}/${name}`;

/** Parameters that name a thing, by service: the same key names an option elsewhere. */
const PARAMETERS: readonly (readonly [service: string, key: string, spell: Spell])[] = [
  ['s3', 'bucketName', bucket],
  ['cloudtrail', 'name', trail],
  ['cloudtrail', 'trailName', trail],
  ['cloudtrail', 'eventDataStore', asIs],
  ['ec2', 'groupId', asIs],
  ['ec2', 'groupName', asIs],
  ['ec2', 'instanceId', asIs],
  ['ec2', 'snapshotId', asIs],
  ['ec2', 'imageId', asIs],
  ['ec2', 'volumeId', asIs],
  ['iam', 'userName', iam('user')],
  ['iam', 'roleName', iam('role')],
  ['iam', 'groupName', iam('group')],
  ['iam', 'policyArn', asIs],
  ['iam', 'accessKeyId', asIs],
  ['sts', 'roleArn', asIs],
  ['lambda', 'functionName', asIs],
  ['kms', 'keyId', asIs],
  ['secretsmanager', 'secretId', asIs],
  ['guardduty', 'detectorId', asIs],
  ['organizations', 'policyId', asIs],
];

/** Two enrichers ask for it. Forgotten with the record. */
const known = new WeakMap<CloudTrailRecord, readonly string[]>();

/** What the call touched, as ids or ARNs: the record's own list first, then parameters that name a thing. */
export function resourcesOf(event: CloudTrailEvent): readonly string[] {
  const before = known.get(event.record);
  if (before !== undefined) return before;
  const read = readResources(event);
  known.set(event.record, read);
  return read;
}

function readResources(event: CloudTrailEvent): readonly string[] {
  const { record } = event;
  const place = placeOf(event);
  const found = [
    ...listAt(record, 'resources')
      .slice(0, RESOURCE_LIMIT)
      .flatMap((resource) => [textAt(resource, 'ARN') || textAt(resource, 'arn')]),
    ...namedIn(own(record, 'requestParameters'), place),
  ];
  const shown = found.map((name) => clip(name, ARN_LENGTH)).filter((name) => name !== '');
  return [...new Set(shown)].slice(0, RESOURCE_LIMIT);
}

function placeOf({ record, account }: CloudTrailEvent): Place {
  const region = textAt(record, 'awsRegion');
  const service = textAt(record, 'eventSource').replace(/\.amazonaws\.com(\.cn)?$/, '');
  return { partition: partitionOf(region), region, account, service };
}

function namedIn(parameters: unknown, place: Place): readonly string[] {
  const direct = PARAMETERS.filter(([service]) => service === place.service).map(([, key, spell]) => {
    const name = textAt(parameters, key);
    return name === '' || name.startsWith('arn:') ? name : spell(name, place);
  });
  const modified = textAt(own(parameters, 'ModifySecurityGroupRulesRequest'), 'GroupId');
  const instances = listAt(parameters, 'instancesSet').map((item) => textAt(item, 'instanceId'));
  return [...direct, modified, ...instances];
}
