import type { Random } from './random.ts';
import type { Call } from './record.ts';

export interface Launch {
  readonly image: string;
  readonly type: string;
  readonly count?: number;
  readonly region?: string;
  readonly subnet?: string;
  /** By a launch template: image and type stand in the answer only. */
  readonly template?: string;
}

/** `RunInstances` as EC2 reports it. */
export function runInstances(
  { image, type, count = 1, region, subnet, template }: Launch,
  random: Random,
): Call {
  const instances = Array.from({ length: count }, (_, at) => ({
    instanceId: `i-0${random.hex(16)}`,
    imageId: image,
    instanceState: { code: 0, name: 'pending' },
    privateIpAddress: `10.20.${random.int(50, 99)}.${random.int(4, 250)}`,
    amiLaunchIndex: at,
    instanceType: type,
    ...(subnet === undefined ? {} : { subnetId: subnet }),
  }));
  const asked = template === undefined ? { imageId: image } : {};
  return {
    service: 'ec2',
    name: 'RunInstances',
    ...(region === undefined ? {} : { region }),
    request: {
      instancesSet: { items: [{ ...asked, minCount: count, maxCount: count }] },
      ...(template === undefined
        ? { instanceType: type }
        : { launchTemplate: { launchTemplateId: template, version: '7' } }),
      ...(subnet === undefined ? {} : { subnetId: subnet }),
      blockDeviceMapping: {},
      monitoring: { enabled: false },
      disableApiTermination: false,
      clientToken: random.uuid(),
    },
    response: {
      requestId: random.uuid(),
      reservationId: `r-0${random.hex(16)}`,
      ownerId: '210000000005',
      groupSet: {},
      instancesSet: { items: instances },
    },
  };
}

/** `CreateFleet` of the kind that cluster autoscalers use. */
export function createFleet({ image, type, count = 1 }: Launch, random: Random): Call {
  return {
    service: 'ec2',
    name: 'CreateFleet',
    request: {
      CreateFleetRequest: {
        Type: 'instant',
        TargetCapacitySpecification: { TotalTargetCapacity: count, DefaultTargetCapacityType: 'spot' },
        SpotOptions: { AllocationStrategy: 'price-capacity-optimized' },
        LaunchTemplateConfigs: {
          tag: 1,
          LaunchTemplateSpecification: {
            LaunchTemplateName: `karpenter.k8s.aws/${random.letters(10)}`,
            Version: '$Latest',
          },
          Overrides: { tag: 1, ImageId: image, InstanceType: type },
        },
        ClientToken: random.uuid(),
      },
    },
    response: {
      CreateFleetResponse: {
        xmlns: 'http://ec2.amazonaws.com/doc/2016-11-15/',
        requestId: random.uuid(),
        fleetId: `fleet-${random.uuid()}`,
        fleetInstanceSet: {
          item: { instanceType: type, lifecycle: 'spot', instanceIds: { item: `i-0${random.hex(16)}` } },
        },
        errorSet: '',
      },
    },
  };
}

export interface Permission {
  readonly port: number;
  readonly toPort?: number;
  readonly cidrs?: readonly string[];
  readonly cidrs6?: readonly string[];
  readonly groups?: readonly string[];
  readonly protocol?: string;
}

/** `AuthorizeSecurityGroupIngress` (or its kin) with a list of permissions. */
export function groupRule(
  name:
    | 'AuthorizeSecurityGroupIngress'
    | 'RevokeSecurityGroupIngress'
    | 'AuthorizeSecurityGroupEgress'
    | 'RevokeSecurityGroupEgress',
  group: string,
  { port, toPort = port, cidrs = [], cidrs6 = [], groups = [], protocol = 'tcp' }: Permission,
  random: Random,
): Call {
  const isEgress = name.endsWith('Egress');
  const answered = [
    ...cidrs.map((cidrIpv4) => ({ cidrIpv4 })),
    ...cidrs6.map((cidrIpv6) => ({ cidrIpv6 })),
    ...groups.map((groupId) => ({ referencedGroupInfo: { groupId } })),
  ].map((target) => ({
    groupId: group,
    groupOwnerId: '210000000005',
    securityGroupRuleId: `sgr-0${random.hex(16)}`,
    isEgress,
    ipProtocol: protocol,
    fromPort: port,
    toPort,
    ...target,
  }));
  return {
    service: 'ec2',
    name,
    request: {
      groupId: group,
      ipPermissions: {
        items: [
          {
            ipProtocol: protocol,
            fromPort: port,
            toPort,
            groups: listed(groups.map((groupId) => ({ groupId }))),
            ipRanges: listed(cidrs.map((cidrIp) => ({ cidrIp }))),
            ipv6Ranges: listed(cidrs6.map((cidrIpv6) => ({ cidrIpv6 }))),
            prefixListIds: {},
          },
        ],
      },
    },
    response: {
      requestId: random.uuid(),
      _return: true,
      ...(name.startsWith('Authorize') ? { securityGroupRuleSet: { items: answered } } : {}),
    },
  };
}

function listed(items: readonly unknown[]): object {
  return items.length === 0 ? {} : { items };
}
