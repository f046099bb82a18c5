import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

const typesOf = (call: `${string} ${string}`, parameters: unknown, more: object = {}) =>
  derivedOf('instanceTypes', call, parameters, { ...more });

describe('derived.instanceTypes', () => {
  it.each<[string, `${string} ${string}`, object, string[]]>([
    ['RunInstances', 'ec2 RunInstances', { instanceType: 'M5.Large' }, ['m5.large']],
    [
      'a fleet',
      'ec2 CreateFleet',
      {
        CreateFleetRequest: {
          LaunchTemplateConfigs: {
            Overrides: [
              { InstanceType: 'b.large' },
              { InstanceType: 'a.large' },
              { InstanceType: 'a.large' },
            ],
          },
        },
      },
      ['a.large', 'b.large'],
    ],
    [
      'a spot fleet',
      'ec2 RequestSpotFleet',
      { spotFleetRequestConfig: { launchSpecifications: { items: [{ instanceType: 'c5.large' }] } } },
      ['c5.large'],
    ],
    [
      'a launch template',
      'ec2 CreateLaunchTemplate',
      { CreateLaunchTemplateRequest: { LaunchTemplateData: { InstanceType: 't2.micro' } } },
      ['t2.micro'],
    ],
    [
      'a changed machine',
      'ec2 ModifyInstanceAttribute',
      { instanceId: 'i', instanceType: { value: 'r5.large' } },
      ['r5.large'],
    ],
    [
      'a changed machine, by attribute',
      'ec2 ModifyInstanceAttribute',
      { attribute: 'instanceType', value: 'r5.large' },
      ['r5.large'],
    ],
    [
      'nodes of a cluster',
      'eks CreateNodegroup',
      { instanceTypes: ['t3.large', 't3.medium'] },
      ['t3.large', 't3.medium'],
    ],
    ['a family', 'batch CreateComputeEnvironment', { computeResources: { instanceTypes: ['p4d'] } }, ['p4d']],
    ['a notebook', 'sagemaker CreateNotebookInstance', { instanceType: 'ml.p3.2xlarge' }, ['p3.2xlarge']],
  ])('reads %s', (_name, call, parameters, expected) => {
    expect(typesOf(call, parameters)).toEqual(expected);
  });

  it('reads the answer, as with a launch template only that tells', () => {
    const responseElements = { instancesSet: { items: [{ instanceId: 'i-1', instanceType: 'g5.xlarge' }] } };
    expect(typesOf('ec2 RunInstances', { launchTemplate: {} }, { responseElements })).toEqual(['g5.xlarge']);
  });

  it.each([
    ['no parameters', null],
    ['no type', { instanceId: 'i' }],
    ['what is no type', { instanceType: 'x'.repeat(1000) }],
    ['what is no text', { instanceType: 7 }],
  ])('is absent with %s', (_name, parameters) => {
    expect(typesOf('ec2 RunInstances', parameters)).toBeUndefined();
  });

  it('is bounded', () => {
    const many = Array.from({ length: 500 }, (_, at) => `m${at}.large`);
    expect(typesOf('eks CreateNodegroup', { instanceTypes: many })).toHaveLength(50);
  });
});
