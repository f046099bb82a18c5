import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

describe('derived.namesAsked', () => {
  it('counts parameters and secrets that are asked for by name', () => {
    expect(derivedOf('namesAsked', 'ssm GetParameters', { names: ['/a', '/b'] })).toBe(2);
    expect(derivedOf('namesAsked', 'secretsmanager BatchGetSecretValue', { secretIdList: ['a'] })).toBe(1);
    expect(derivedOf('namesAsked', 'secretsmanager BatchGetSecretValue', { filters: [] })).toBe(0);
  });

  it('is absent where the record does not tell', () => {
    expect(derivedOf('namesAsked', 'ssm GetParameters', null)).toBeUndefined();
    expect(derivedOf('namesAsked', 'ssm GetParameters', { omitted: true })).toBeUndefined();
  });
});

describe('derived.roleAccountOther', () => {
  it.each<[string, string, boolean | undefined]>([
    ['another account', 'arn:aws:iam::444455556666:role/x', true],
    ['the own account', 'arn:aws:iam::111122223333:role/x', false],
    ['no role', '', undefined],
  ])('of a role of %s', (_name, roleArn, expected) => {
    expect(derivedOf('roleAccountOther', 'sts AssumeRole', { roleArn })).toBe(expected);
  });
});
