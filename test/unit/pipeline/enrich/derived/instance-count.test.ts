import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

describe('derived.instanceCount', () => {
  it.each<[string, `${string} ${string}`, object, number]>([
    ['RunInstances', 'ec2 RunInstances', { instancesSet: { items: [{ minCount: 2, maxCount: 12 }] } }, 12],
    ['RunInstances as others write it', 'ec2 RunInstances', { minCount: 1, maxCount: 3 }, 3],
    ['one, where nothing is said', 'ec2 RunInstances', { instanceType: 't3.micro' }, 1],
    [
      'a fleet',
      'ec2 CreateFleet',
      { CreateFleetRequest: { TargetCapacitySpecification: { TotalTargetCapacity: 20 } } },
      20,
    ],
    ['a spot fleet', 'ec2 RequestSpotFleet', { spotFleetRequestConfig: { targetCapacity: '30' } }, 30],
    ['spot instances', 'ec2 RequestSpotInstances', { instanceCount: 4 }, 4],
    ['a group', 'autoscaling CreateAutoScalingGroup', { minSize: 5, maxSize: 50, desiredCapacity: 7 }, 7],
    ['nonsense', 'ec2 RunInstances', { maxCount: 'many' }, 1],
    ['very many', 'ec2 RunInstances', { maxCount: 1e300 }, 100_000],
  ])('of %s', (_name, call, parameters, expected) => {
    expect(derivedOf('instanceCount', call, parameters)).toBe(expected);
  });

  it('counts what came, not what could have come', () => {
    const responseElements = { instancesSet: { items: [{ instanceId: 'i-1' }, { instanceId: 'i-2' }] } };
    expect(derivedOf('instanceCount', 'ec2 RunInstances', { maxCount: 50 }, { responseElements })).toBe(2);
  });

  it('is absent without parameters', () => {
    expect(derivedOf('instanceCount', 'ec2 RunInstances', null)).toBeUndefined();
  });
});
