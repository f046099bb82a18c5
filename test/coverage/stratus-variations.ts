/**
 * What an attacker would do otherwise, for each technique of Stratus Red Team: the same in another
 * spelling that the API takes and CloudTrail writes, and the same refused. And what somebody does who means
 * no harm, with the same call. Data only; `stratus-techniques.ts` plays it.
 */
import type { CloudTrailRecord } from '../../src/domain/event.ts';

/** A record, changed; the same record where it is not the attack's own call. */
export type Change = (record: CloudTrailRecord, index: number) => CloudTrailRecord;

export interface Variations {
  readonly spelling: { readonly what: string; readonly change: Change };
  readonly failed: { readonly what: string; readonly change: Change } | { readonly notApplicable: string };
  /** Each with records of the attack, changed, or made anew. */
  readonly harmless: readonly {
    readonly what: string;
    readonly records: (attack: readonly CloudTrailRecord[]) => CloudTrailRecord[];
  }[];
}

type Keys = Readonly<Record<string, unknown>>;

const isCall = (name: string) => (record: CloudTrailRecord) => record['eventName'] === name;
const askedOf = (record: CloudTrailRecord): Keys => (record['requestParameters'] ?? {}) as Keys;

/** Changes the calls of a name. */
function on(name: string, change: (record: CloudTrailRecord, index: number) => Keys): Change {
  return (record, index) => (isCall(name)(record) ? { ...record, ...change(record, index) } : record);
}

/** Asks for something else in the calls of a name. */
function asking(name: string, change: (asked: Keys, index: number) => Keys): Change {
  return on(name, (record, index) => ({ requestParameters: change(askedOf(record), index) }));
}

/** Refused as EC2 writes it, which keeps the parameters. */
const refusedByEc2 = (name: string): Change =>
  on(name, () => ({
    errorCode: 'Client.UnauthorizedOperation',
    errorMessage: 'You are not authorized.',
    responseElements: null,
  }));

/** Refused as most services write it: the parameters are left out, the message names the resource. */
const refused = (name: string): Change =>
  on(name, (record, index) => ({
    errorCode: 'AccessDenied',
    errorMessage: `User is not authorized to perform: ${name} on resource: ${JSON.stringify(record['requestParameters'])} (${index})`,
    requestParameters: null,
    responseElements: null,
  }));

/** Failed otherwise, the parameters kept. */
const failing = (name: string, errorCode: string): Change =>
  on(name, () => ({ errorCode, responseElements: null }));

/** The first `count` calls of a name, changed. */
const onlyFirst =
  (name: string, count: number, change: Change = (record) => record) =>
  (attack: readonly CloudTrailRecord[]) =>
    attack.filter(isCall(name)).slice(0, count).map(change);

const all =
  (change: Change) =>
  (attack: readonly CloudTrailRecord[]): CloudTrailRecord[] =>
    attack.map(change);

const FOREIGN = '999988887777';
const policyOf = (statement: Keys) => JSON.stringify({ Version: '2012-10-17', Statement: statement });
const ownAccount = (record: CloudTrailRecord) => String(record['recipientAccountId']);
const trustOf = (principal: Keys, action = 'sts:AssumeRole') =>
  policyOf({ Effect: 'Allow', Principal: principal, Action: action });

/** Nothing is in the way of this call but that what it names is not there. */
const notThere = (name: string, errorCode: string) => ({
  what: 'what it names does not exist',
  records: all(failing(name, errorCode)),
});

const TRAIL_LIKE = (name: string, spelled: (asked: Keys) => Keys, what: string): Variations => ({
  spelling: { what, change: asking(name, spelled) },
  failed: { what: 'refused', change: refused(name) },
  harmless: [notThere(name, 'TrailNotFoundException')],
});

/** By the id that Stratus gives the technique. */
export const VARIATIONS: Readonly<Record<string, Variations>> = {
  'aws.credential-access.ec2-get-password-data': {
    spelling: {
      what: 'one instance a call, asked for by older tools that add a dry-run switch',
      change: asking('GetPasswordData', (asked) => ({ ...asked, dryRun: false })),
    },
    failed: { what: 'refused, as the recording is', change: refusedByEc2('GetPasswordData') },
    harmless: [
      { what: 'the password of one instance', records: onlyFirst('GetPasswordData', 1) },
      {
        what: 'one instance, over and over',
        records: (attack) => Array.from({ length: 9 }, () => onlyFirst('GetPasswordData', 1)(attack)).flat(),
      },
    ],
  },
  'aws.credential-access.ec2-steal-instance-credentials': {
    spelling: {
      what: 'the command by the ARN of its document, IMDSv2, and other first calls',
      change: (record, index) => {
        if (isCall('SendCommand')(record))
          return asking('SendCommand', (asked) => ({
            ...asked,
            documentName: 'arn:aws:ssm:eu-west-1::document/AWS-RunPowerShellScript',
            instanceIds: undefined,
            targets: [{ key: 'tag:app', values: ['web'] }],
          }))(record, index);
        return on('GetCallerIdentity', () => ({ eventName: 'ListBuckets', eventSource: 's3.amazonaws.com' }))(
          record,
          index,
        );
      },
    },
    failed: {
      what: 'the stolen credentials are refused',
      change: (record, index) =>
        refused('DescribeInstances')(refused('GetCallerIdentity')(record, index), index),
    },
    harmless: [
      {
        what: 'the instance uses its role from its own address',
        records: (attack) =>
          attack.map((record) =>
            isCall('SendCommand')(record) ? record : { ...record, sourceIPAddress: '203.0.113.80' },
          ),
      },
    ],
  },
  'aws.credential-access.secretsmanager-batch-retrieve-secrets': {
    spelling: {
      what: 'another search: by name, all that are not named so',
      change: asking('BatchGetSecretValue', () => ({
        filters: [{ key: 'name', values: ['!x'] }],
        maxResults: 20,
      })),
    },
    failed: { what: 'refused', change: refused('BatchGetSecretValue') },
    harmless: [
      {
        what: 'two secrets by name',
        records: onlyFirst(
          'BatchGetSecretValue',
          5,
          asking('BatchGetSecretValue', () => ({ secretIdList: ['db', 'mail'] })),
        ),
      },
    ],
  },
  'aws.credential-access.secretsmanager-retrieve-secrets': {
    spelling: {
      what: 'by name, not by ARN, and a stage',
      change: asking('GetSecretValue', (asked, index) => ({
        secretId: `${String(asked['secretId']).split(':').at(-1)}-${index}`,
        versionStage: 'AWSCURRENT',
      })),
    },
    failed: { what: 'refused', change: refused('GetSecretValue') },
    harmless: [
      { what: 'nine secrets', records: onlyFirst('GetSecretValue', 9) },
      {
        what: 'the same secret twenty times',
        records: (attack) => Array.from({ length: 20 }, () => onlyFirst('GetSecretValue', 1)(attack)).flat(),
      },
    ],
  },
  'aws.credential-access.ssm-retrieve-securestring-parameters': {
    spelling: {
      what: 'by path, the switch as text',
      change: on('GetParameters', (record, index) => ({
        eventName: 'GetParametersByPath',
        requestParameters: {
          path: `/p${index}${String(record['eventID']).slice(0, 4)}`,
          recursive: true,
          withDecryption: 'true',
        },
      })),
    },
    failed: { what: 'refused', change: refused('GetParameters') },
    harmless: [
      {
        what: 'one list, again and again',
        records: (attack) => Array.from({ length: 9 }, () => onlyFirst('GetParameters', 1)(attack)).flat(),
      },
      {
        what: 'all lists without decryption',
        records: all(asking('GetParameters', (asked) => ({ ...asked, withDecryption: false }))),
      },
    ],
  },
  'aws.defense-evasion.cloudtrail-delete': TRAIL_LIKE(
    'DeleteTrail',
    () => ({ name: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/main' }),
    'the trail by its ARN',
  ),
  'aws.defense-evasion.cloudtrail-event-selectors': {
    spelling: {
      what: 'advanced selectors that keep data events only',
      change: asking('PutEventSelectors', (asked) => ({
        trailName: asked['trailName'],
        advancedEventSelectors: [
          {
            name: 'data',
            fieldSelectors: [
              { field: 'eventCategory', equals: ['Data'] },
              { field: 'resources.type', equals: ['AWS::S3::Object'] },
            ],
          },
        ],
      })),
    },
    failed: { what: 'refused', change: refused('PutEventSelectors') },
    harmless: [
      {
        what: 'all management events, reads and writes',
        records: all(
          asking('PutEventSelectors', (asked) => ({
            trailName: asked['trailName'],
            eventSelectors: [
              {
                readWriteType: 'All',
                includeManagementEvents: true,
                dataResources: [],
                excludeManagementEventSources: [],
              },
            ],
          })),
        ),
      },
    ],
  },
  'aws.defense-evasion.cloudtrail-stop': TRAIL_LIKE(
    'StopLogging',
    () => ({ name: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/main' }),
    'the trail by its ARN',
  ),
  'aws.defense-evasion.dns-delete-logs': {
    spelling: {
      what: 'the VPC is taken off the configuration, which stays',
      change: on('DeleteResolverQueryLogConfig', (record) => ({
        eventName: 'DisassociateResolverQueryLogConfig',
        requestParameters: {
          resolverQueryLogConfigId: askedOf(record)['resolverQueryLogConfigId'],
          resourceId: 'vpc-1',
        },
      })),
    },
    failed: { what: 'refused', change: refused('DeleteResolverQueryLogConfig') },
    harmless: [notThere('DeleteResolverQueryLogConfig', 'ResourceNotFoundException')],
  },
  'aws.defense-evasion.organizations-leave': {
    spelling: {
      what: 'with empty parameters, and accepted',
      change: on('LeaveOrganization', () => ({
        requestParameters: {},
        errorCode: undefined,
        errorMessage: undefined,
      })),
    },
    failed: {
      what: 'refused, as the recording is',
      change: on('LeaveOrganization', () => ({ errorCode: 'AccessDeniedException' })),
    },
    harmless: [
      {
        what: 'the account is in no organisation',
        records: all(failing('LeaveOrganization', 'AWSOrganizationsNotInUseException')),
      },
    ],
  },
  'aws.defense-evasion.vpc-remove-flow-logs': {
    spelling: {
      what: 'several at once, as a list',
      change: asking('DeleteFlowLogs', () => ({
        DeleteFlowLogsRequest: {
          FlowLogId: [
            { content: 'fl-1', tag: 1 },
            { content: 'fl-2', tag: 2 },
          ],
        },
      })),
    },
    failed: { what: 'refused', change: refusedByEc2('DeleteFlowLogs') },
    harmless: [notThere('DeleteFlowLogs', 'Client.InvalidFlowLogId.NotFound')],
  },
  'aws.discovery.ec2-download-user-data': {
    spelling: {
      what: 'the attribute in lower case',
      change: asking('DescribeInstanceAttribute', (asked) => ({ ...asked, attribute: 'userdata' })),
    },
    failed: { what: 'refused', change: refusedByEc2('DescribeInstanceAttribute') },
    harmless: [
      {
        what: 'another attribute of as many instances',
        records: all(
          asking('DescribeInstanceAttribute', (asked) => ({ ...asked, attribute: 'disableApiTermination' })),
        ),
      },
      { what: 'the user data of one instance', records: onlyFirst('DescribeInstanceAttribute', 1) },
    ],
  },
  'aws.execution.ec2-launch-unusual-instances': {
    spelling: {
      what: 'another family, in capitals, by a fleet',
      change: on('RunInstances', () => ({
        eventName: 'CreateFleet',
        requestParameters: {
          CreateFleetRequest: {
            Type: 'instant',
            TargetCapacitySpecification: { TotalTargetCapacity: 10 },
            LaunchTemplateConfigs: { Overrides: [{ InstanceType: 'p5.48xlarge', tag: 1 }], tag: 1 },
          },
        },
      })),
    },
    failed: { what: 'over the quota', change: failing('RunInstances', 'Client.VcpuLimitExceeded') },
    harmless: [
      {
        what: 'a small machine',
        records: all(
          asking('RunInstances', (asked) => ({
            ...asked,
            instanceType: 't3.micro',
            instancesSet: { items: [{ imageId: 'ami-1', minCount: 1, maxCount: 1 }] },
          })),
        ),
      },
    ],
  },
  'aws.execution.ec2-user-data': {
    spelling: {
      what: 'by the name of the attribute',
      change: asking('ModifyInstanceAttribute', (asked) => ({
        instanceId: asked['instanceId'],
        attribute: 'userData',
        value: '<sensitiveDataRemoved>',
      })),
    },
    failed: { what: 'refused', change: refusedByEc2('ModifyInstanceAttribute') },
    harmless: [
      {
        what: 'another type of machine',
        records: all(
          asking('ModifyInstanceAttribute', (asked) => ({
            instanceId: asked['instanceId'],
            instanceType: { value: 't3.large' },
          })),
        ),
      },
    ],
  },
  'aws.execution.ssm-send-command': {
    spelling: {
      what: 'the ARN of the PowerShell document, all of a tag',
      change: asking('SendCommand', () => ({
        documentName: 'arn:aws:ssm:eu-west-1::document/AWS-RunPowerShellScript',
        targets: [{ key: 'tag:app', values: ['web'] }],
        parameters: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      })),
    },
    failed: { what: 'refused', change: refused('SendCommand') },
    harmless: [
      {
        what: 'patching',
        records: all(asking('SendCommand', (asked) => ({ ...asked, documentName: 'AWS-RunPatchBaseline' }))),
      },
    ],
  },
  'aws.execution.ssm-start-session': {
    spelling: {
      what: 'managed machines, forwarding a port',
      change: asking('StartSession', (asked) => ({
        target: String(asked['target']).replace('i-', 'mi-'),
        documentName: 'AWS-StartPortForwardingSession',
      })),
    },
    failed: { what: 'refused', change: refused('StartSession') },
    harmless: [
      {
        what: 'one machine, three times',
        records: (attack) => Array.from({ length: 3 }, () => onlyFirst('StartSession', 1)(attack)).flat(),
      },
    ],
  },
  'aws.exfiltration.ec2-security-group-open-port-22-ingress': {
    spelling: {
      what: 'a list of permissions, IPv6',
      change: asking('AuthorizeSecurityGroupIngress', (asked) => ({
        groupId: asked['groupId'],
        ipPermissions: {
          items: [
            {
              ipProtocol: 'tcp',
              fromPort: 22,
              toPort: 22,
              groups: {},
              ipRanges: {},
              ipv6Ranges: { items: [{ cidrIpv6: '::/0' }] },
              prefixListIds: {},
            },
          ],
        },
      })),
    },
    failed: {
      notApplicable:
        'a refused opening opens nothing, and pipelines are refused such things every day; repeated refusals are counted by another rule',
    },
    harmless: [
      {
        what: 'one network',
        records: all(
          on('AuthorizeSecurityGroupIngress', (record) => ({
            requestParameters: { ...askedOf(record), cidrIp: '203.0.113.0/24' },
            responseElements: {
              _return: true,
              securityGroupRuleSet: {
                items: [{ cidrIpv4: '203.0.113.0/24', fromPort: 22, toPort: 22, ipProtocol: 'tcp' }],
              },
            },
          })),
        ),
      },
    ],
  },
  'aws.exfiltration.ec2-share-ami': {
    spelling: {
      what: 'with a whole organisation',
      change: asking('ModifyImageAttribute', (asked) => ({
        imageId: asked['imageId'],
        attributeType: 'launchPermission',
        launchPermission: {
          add: { items: [{ organizationArn: `arn:aws:organizations::${FOREIGN}:organization/o-x` }] },
        },
      })),
    },
    failed: { what: 'refused', change: refusedByEc2('ModifyImageAttribute') },
    harmless: [
      {
        what: 'a description',
        records: all(
          asking('ModifyImageAttribute', (asked) => ({
            imageId: asked['imageId'],
            description: { value: 'x' },
          })),
        ),
      },
      {
        what: 'a permission is taken back',
        records: all(
          asking('ModifyImageAttribute', (asked) => ({
            imageId: asked['imageId'],
            launchPermission: { remove: { items: [{ userId: FOREIGN }] } },
          })),
        ),
      },
    ],
  },
  'aws.exfiltration.ec2-share-ebs-snapshot': {
    spelling: {
      what: 'by the older parameters: an operation, and lists beside it',
      change: asking('ModifySnapshotAttribute', (asked) => ({
        snapshotId: asked['snapshotId'],
        attributeType: 'CREATE_VOLUME_PERMISSION',
        operationType: 'ADD',
        userIds: { items: [{ userId: FOREIGN }] },
      })),
    },
    failed: { what: 'refused', change: refusedByEc2('ModifySnapshotAttribute') },
    harmless: [
      {
        what: 'a permission is taken back',
        records: all(
          asking('ModifySnapshotAttribute', (asked) => ({
            ...asked,
            createVolumePermission: { remove: { items: [{ userId: FOREIGN }] } },
          })),
        ),
      },
    ],
  },
  'aws.exfiltration.rds-share-snapshot': {
    spelling: {
      what: 'the snapshot of a cluster',
      change: on('ModifyDBSnapshotAttribute', () => ({
        eventName: 'ModifyDBClusterSnapshotAttribute',
        requestParameters: {
          attributeName: 'Restore',
          dBClusterSnapshotIdentifier: 's',
          valuesToAdd: [FOREIGN],
        },
      })),
    },
    failed: { what: 'refused', change: refused('ModifyDBSnapshotAttribute') },
    harmless: [
      {
        what: 'shared within the account',
        records: (attack) =>
          attack.map((record, index) =>
            asking('ModifyDBSnapshotAttribute', (asked) => ({ ...asked, valuesToAdd: [ownAccount(record)] }))(
              record,
              index,
            ),
          ),
      },
      {
        what: 'a permission is taken back',
        records: all(
          asking('ModifyDBSnapshotAttribute', (asked) => ({
            attributeName: 'restore',
            dBSnapshotIdentifier: asked['dBSnapshotIdentifier'],
            valuesToRemove: [FOREIGN],
          })),
        ),
      },
    ],
  },
  'aws.impact.bedrock-invoke-model': {
    spelling: {
      what: 'by Converse, as a stream, the model by its ARN',
      change: on('InvokeModel', () => ({
        eventName: 'ConverseStream',
        requestParameters: {
          modelId: 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-sonnet-20240229-v1:0',
        },
      })),
    },
    failed: { what: 'the call is refused', change: refused('InvokeModel') },
    harmless: [
      {
        what: 'a program calls its model, over and over',
        records: (attack) => Array.from({ length: 9 }, () => onlyFirst('InvokeModel', 1)(attack)).flat(),
      },
    ],
  },
  'aws.initial-access.console-login-without-mfa': {
    spelling: {
      what: 'a user of Identity Center, who shows a password alone',
      change: on('ConsoleLogin', () => ({
        eventName: 'UserAuthentication',
        eventType: 'AwsServiceEvent',
        responseElements: null,
        additionalEventData: { CredentialType: 'PASSWORD', LoginTo: 'https://x.awsapps.com/start' },
        serviceEventDetails: { UserAuthentication: 'Success' },
      })),
    },
    failed: { notApplicable: 'a sign-in that failed is no sign-in; failures are counted by other rules' },
    harmless: [
      {
        what: 'with a second factor',
        records: all(
          on('ConsoleLogin', () => ({
            additionalEventData: { MFAUsed: 'Yes', MFAIdentifier: 'arn:aws:iam::111122223333:mfa/x' },
          })),
        ),
      },
      {
        what: 'a wrong password',
        records: all(
          on('ConsoleLogin', () => ({
            responseElements: { ConsoleLogin: 'Failure' },
            errorMessage: 'Failed authentication',
          })),
        ),
      },
    ],
  },
  'aws.lateral-movement.ec2-instance-connect': {
    spelling: {
      what: 'as root, into a tunnel',
      change: on('SendSSHPublicKey', (record) => ({
        eventName: 'OpenTunnel',
        requestParameters: {
          instanceId: askedOf(record)['instanceId'],
          remotePort: 22,
          privateIpAddress: '10.0.0.5',
        },
      })),
    },
    failed: { what: 'refused', change: refused('SendSSHPublicKey') },
    harmless: [
      {
        what: 'one machine, three times',
        records: (attack) => Array.from({ length: 3 }, () => onlyFirst('SendSSHPublicKey', 1)(attack)).flat(),
      },
    ],
  },
  'aws.lateral-movement.ec2-serial-console-send-ssh-public-key': {
    spelling: {
      what: 'another port, with a dry-run switch that is off',
      change: (record) => ({
        ...record,
        requestParameters: { ...askedOf(record), serialPort: 1, dryRun: false },
      }),
    },
    failed: {
      what: 'refused',
      change: (record, index) =>
        refused('SendSerialConsoleSSHPublicKey')(
          refusedByEc2('EnableSerialConsoleAccess')(record, index),
          index,
        ),
    },
    harmless: [
      {
        what: 'a dry run',
        records: onlyFirst(
          'EnableSerialConsoleAccess',
          1,
          failing('EnableSerialConsoleAccess', 'Client.DryRunOperation'),
        ),
      },
      {
        what: 'the instance does not exist',
        records: onlyFirst(
          'SendSerialConsoleSSHPublicKey',
          1,
          failing('SendSerialConsoleSSHPublicKey', 'EC2InstanceNotFoundException'),
        ),
      },
    ],
  },
  'aws.persistence.iam-backdoor-role': {
    spelling: {
      what: 'the bare id of the account in a list, elements in lower case, URL-encoded',
      change: asking('UpdateAssumeRolePolicy', (asked) => ({
        ...asked,
        policyDocument: encodeURIComponent(
          JSON.stringify({
            statement: [{ effect: 'Allow', principal: { aws: [FOREIGN] }, action: ['sts:AssumeRole'] }],
          }),
        ),
      })),
    },
    failed: { what: 'refused', change: refused('UpdateAssumeRolePolicy') },
    harmless: [
      {
        what: 'a service',
        records: all(
          asking('UpdateAssumeRolePolicy', (asked) => ({
            ...asked,
            policyDocument: trustOf({ Service: 'ec2.amazonaws.com' }),
          })),
        ),
      },
      {
        what: 'a role of the account',
        records: (attack) =>
          attack.map((record, index) =>
            asking('UpdateAssumeRolePolicy', (asked) => ({
              ...asked,
              policyDocument: trustOf({ AWS: `arn:aws:iam::${ownAccount(record)}:role/x` }),
            }))(record, index),
          ),
      },
    ],
  },
  'aws.persistence.iam-backdoor-user': {
    spelling: {
      what: 'the user in capitals, a further key',
      change: asking('CreateAccessKey', (asked) => ({ userName: String(asked['userName']).toUpperCase() })),
    },
    failed: { what: 'refused', change: refused('CreateAccessKey') },
    harmless: [
      {
        what: 'a user renews the own key',
        records: (attack) =>
          attack.map((record, index) =>
            asking('CreateAccessKey', () => ({ userName: (record['userIdentity'] as Keys)['userName'] }))(
              record,
              index,
            ),
          ),
      },
      {
        what: 'the same without a name',
        records: all(on('CreateAccessKey', () => ({ requestParameters: null }))),
      },
    ],
  },
  'aws.persistence.iam-create-admin-user': {
    spelling: {
      what: 'a document of its own, in place of the policy of AWS',
      change: on('AttachUserPolicy', () => ({
        eventName: 'PutUserPolicy',
        requestParameters: {
          userName: 'x',
          policyName: 'p',
          policyDocument: JSON.stringify({
            statement: { effect: 'ALLOW', action: ['*:*'], resource: ['*'] },
          }),
        },
      })),
    },
    failed: { what: 'refused', change: refused('AttachUserPolicy') },
    harmless: [
      {
        what: 'read only',
        records: onlyFirst(
          'AttachUserPolicy',
          1,
          asking('AttachUserPolicy', () => ({
            userName: 'x',
            policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
          })),
        ),
      },
    ],
  },
  'aws.persistence.iam-create-backdoor-role': {
    spelling: {
      what: 'everybody, behind an external id',
      change: asking('CreateRole', (asked) => ({
        ...asked,
        assumeRolePolicyDocument: policyOf({
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
        }),
      })),
    },
    failed: {
      what: 'the number of roles is exhausted',
      change: failing('CreateRole', 'LimitExceededException'),
    },
    harmless: [
      {
        what: 'a role for a service',
        records: onlyFirst(
          'CreateRole',
          1,
          asking('CreateRole', (asked) => ({
            ...asked,
            assumeRolePolicyDocument: trustOf({ Service: 'lambda.amazonaws.com' }),
          })),
        ),
      },
    ],
  },
  'aws.persistence.iam-create-user-login-profile': {
    spelling: {
      what: 'the switch as text',
      change: asking('CreateLoginProfile', (asked) => ({ ...asked, passwordResetRequired: 'false' })),
    },
    failed: {
      what: 'the user has a password already',
      change: failing('CreateLoginProfile', 'EntityAlreadyExistsException'),
    },
    harmless: [
      {
        what: 'a new colleague, who must change it',
        records: onlyFirst(
          'CreateLoginProfile',
          1,
          asking('CreateLoginProfile', (asked) => ({ ...asked, passwordResetRequired: true })),
        ),
      },
    ],
  },
  'aws.persistence.lambda-backdoor-function': {
    spelling: {
      what: 'a strange account by its id, by the older name of the call',
      change: on('AddPermission20150331v2', (record) => ({
        eventName: 'AddPermission20150331',
        requestParameters: { ...askedOf(record), principal: FOREIGN, action: 'lambda:*' },
      })),
    },
    failed: { what: 'refused', change: refused('AddPermission20150331v2') },
    harmless: [
      {
        what: 'a bucket of ours calls it',
        records: all(
          asking('AddPermission20150331v2', (asked) => ({
            ...asked,
            principal: 's3.amazonaws.com',
            sourceArn: 'arn:aws:s3:::b',
            sourceAccount: '111122223333',
          })),
        ),
      },
      {
        what: 'everybody of the organisation',
        records: all(asking('AddPermission20150331v2', (asked) => ({ ...asked, principalOrgID: 'o-abc' }))),
      },
    ],
  },
  'aws.persistence.lambda-layer-extension': {
    spelling: {
      what: 'the older name of the call, the function by name',
      change: on('UpdateFunctionConfiguration20150331v2', (record) => ({
        eventName: 'UpdateFunctionConfiguration',
        requestParameters: { ...askedOf(record), functionName: 'f' },
      })),
    },
    failed: {
      what: 'refused',
      change: on('UpdateFunctionConfiguration20150331v2', () => ({
        errorCode: 'AccessDenied',
        responseElements: null,
      })),
    },
    harmless: [
      {
        what: 'more memory',
        records: all(
          asking('UpdateFunctionConfiguration20150331v2', (asked) => ({
            functionName: asked['functionName'],
            memorySize: 512,
          })),
        ),
      },
      {
        what: 'infrastructure as code sends the whole configuration',
        records: all(
          asking('UpdateFunctionConfiguration20150331v2', (asked) => ({
            ...asked,
            role: 'r',
            handler: 'h',
            runtime: 'python3.13',
            timeout: 3,
            memorySize: 128,
          })),
        ),
      },
    ],
  },
  'aws.persistence.lambda-overwrite-code': {
    spelling: {
      what: 'from a bucket, by the older name of the call',
      change: on('UpdateFunctionCode20150331v2', () => ({
        eventName: 'UpdateFunctionCode',
        requestParameters: { functionName: 'f', s3Bucket: 'b', s3Key: 'k', publish: false },
      })),
    },
    failed: { what: 'refused', change: refused('UpdateFunctionCode20150331v2') },
    harmless: [
      {
        what: 'a dry run',
        records: all(asking('UpdateFunctionCode20150331v2', (asked) => ({ ...asked, dryRun: true }))),
      },
      {
        what: 'CloudFormation deploys',
        records: (attack) =>
          attack.map((record) => ({
            ...record,
            userIdentity: { ...(record['userIdentity'] as Keys), invokedBy: 'cloudformation.amazonaws.com' },
          })),
      },
    ],
  },
  'aws.persistence.rolesanywhere-create-trust-anchor': {
    spelling: {
      what: 'an anchor that is there gets another certificate',
      change: on('CreateTrustAnchor', (record) => ({
        eventName: 'UpdateTrustAnchor',
        requestParameters: {
          trustAnchorId: 't',
          source: {
            sourceType: 'CERTIFICATE_BUNDLE',
            sourceData: (askedOf(record)['source'] as Keys)['sourceData'],
          },
        },
      })),
    },
    failed: { what: 'refused', change: refused('CreateTrustAnchor') },
    harmless: [
      {
        what: 'the authority of the account',
        records: onlyFirst(
          'CreateTrustAnchor',
          1,
          asking('CreateTrustAnchor', () => ({
            name: 'a',
            source: {
              sourceType: 'AWS_ACM_PCA',
              sourceData: { acmPcaArn: 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/x' },
            },
          })),
        ),
      },
    ],
  },
  'aws.persistence.sts-federation-token': {
    spelling: {
      what: 'the policy of AWS, by its ARN',
      change: asking('GetFederationToken', (asked) => ({
        name: asked['name'],
        durationSeconds: 129600,
        policyArns: [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
      })),
    },
    failed: { what: 'refused', change: refused('GetFederationToken') },
    harmless: [
      {
        what: 'one bucket',
        records: onlyFirst(
          'GetFederationToken',
          1,
          asking('GetFederationToken', (asked) => ({
            ...asked,
            policy: policyOf({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }),
          })),
        ),
      },
    ],
  },
  'aws.privilege-escalation.iam-update-user-login-profile': {
    spelling: {
      what: 'the switch is there, and off',
      change: asking('UpdateLoginProfile', (asked) => ({ ...asked, passwordResetRequired: false })),
    },
    failed: { what: 'refused', change: refused('UpdateLoginProfile') },
    harmless: [
      {
        what: 'a help desk, and the user must change it',
        records: all(asking('UpdateLoginProfile', (asked) => ({ ...asked, passwordResetRequired: true }))),
      },
    ],
  },
};
