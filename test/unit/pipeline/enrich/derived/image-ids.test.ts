import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

const imageOf = (parameters: unknown, more: object = {}) =>
  derivedOf('imageId', 'ec2 RunInstances', parameters, { ...more });

describe('derived.imageId', () => {
  it('is the one image', () => {
    expect(imageOf({ instancesSet: { items: [{ imageId: 'ami-0a1b2c3d' }] } })).toBe('ami-0a1b2c3d');
    const responseElements = { instancesSet: { items: [{ imageId: 'ami-0f' }, { imageId: 'ami-0f' }] } };
    expect(imageOf({ launchTemplate: {} }, { responseElements })).toBe('ami-0f');
  });

  it('is a list of several, in one order', () => {
    const specifications = { items: [{ imageId: 'ami-2' }, { imageId: 'ami-1' }] };
    expect(
      derivedOf('imageId', 'ec2 RequestSpotFleet', {
        spotFleetRequestConfig: { launchSpecifications: specifications },
      }),
    ).toEqual(['ami-1', 'ami-2']);
  });

  it.each([
    ['no parameters', null],
    ['a parameter of Systems Manager', { imageId: 'resolve:ssm:/aws/service/x' }],
    ['what is no id', { imageId: 'ami-1"><script>' }],
    ['what is no text', { imageId: { a: 1 } }],
  ])('is absent with %s', (_name, parameters) => {
    expect(imageOf(parameters)).toBeUndefined();
  });
});
