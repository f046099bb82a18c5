import { describe, expect, it } from 'vitest';
import { derivedOf } from '../../../../helpers/derived-of.ts';

const resources = [{ ARN: 'arn:aws:kms:eu-west-1:111122223333:key/0a1b', type: 'AWS::KMS::Key' }];
const keyOf = (keyId: unknown, more: object = {}) =>
  derivedOf('kmsKey', 'kms DisableKey', { keyId }, { ...more });

describe('derived.kmsKey', () => {
  it('is the bare id, however the key is named', () => {
    expect(keyOf('0a1b')).toBe('0a1b');
    expect(keyOf('arn:aws:kms:eu-west-1:111122223333:key/0a1b')).toBe('0a1b');
    expect(keyOf('alias/logs', { resources })).toBe('0a1b');
  });

  it('is absent where nothing names a key', () => {
    expect(keyOf(undefined)).toBeUndefined();
    expect(keyOf('k'.repeat(500))).toBeUndefined();
  });
});
