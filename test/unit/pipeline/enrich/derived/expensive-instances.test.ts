import { describe, expect, it } from 'vitest';
import { isExpensive } from '../../../../../src/pipeline/enrich/derived/expensive-instances.ts';
import { derivedOf } from '../../../../helpers/derived-of.ts';

describe('isExpensive', () => {
  it.each([
    ...[
      'g3s.xlarge',
      'g4dn.xlarge',
      'g5g.xlarge',
      'g6e.xlarge',
      'gr6.4xlarge',
      'p2.xlarge',
      'p5en.48xlarge',
      'p4d',
    ],
    ...['inf2.xlarge', 'trn1n.32xlarge', 'dl1.24xlarge', 'vt1.3xlarge', 'f1.2xlarge'],
    ...[
      'm5.metal',
      'c7i.metal-24xl',
      'mac2.metal',
      'm5.8xlarge',
      'c5.9xlarge',
      'u-6tb1.112xlarge',
      'hpc6a.48xlarge',
    ],
  ])('is true of %s', (type) => {
    expect(isExpensive(type)).toBe(true);
  });

  it.each([
    ...[
      't3.micro',
      'm5.large',
      'm5.xlarge',
      'm5.4xlarge',
      'r6i.2xlarge',
      't4g.xlarge',
      'm7g.large',
      'im4gn.4xlarge',
    ],
    ...['d3.xlarge', 'i3en.large', 'x2gd.large', 'is4gen.xlarge', 'optimal', '8xlarge'],
  ])('is false of %s', (type) => {
    expect(isExpensive(type)).toBe(false);
  });
});

describe('derived.expensiveInstances', () => {
  const of = (parameters: unknown) => derivedOf('expensiveInstances', 'ec2 CreateFleet', parameters);
  const required = (requirements: object) => of({ Overrides: { InstanceRequirements: requirements } });

  it('looks at every type', () => {
    expect(of({ Overrides: [{ InstanceType: 'm5.large' }, { InstanceType: 'p3.2xlarge' }] })).toBe(true);
    expect(of({ Overrides: [{ InstanceType: 'm5.large' }] })).toBe(false);
  });

  it.each<[string, object, boolean]>([
    ['accelerators', { AcceleratorCount: { Min: 1 } }, true],
    ['no accelerators', { AcceleratorCount: { Max: 0 } }, false],
    ['32 processors', { VCpuCount: { Min: 32, Max: 64 } }, true],
    ['4 processors', { vCpuCount: { min: 4 } }, false],
    ['metal', { BareMetal: 'required' }, true],
    ['no metal', { BareMetal: 'excluded' }, false],
  ])('reads requirements: %s', (_name, requirements, expected) => {
    expect(required(requirements)).toBe(expected);
  });

  it('is absent where neither types nor requirements are told', () => {
    expect(of(null)).toBeUndefined();
    expect(of({ omitted: true })).toBeUndefined();
  });
});
