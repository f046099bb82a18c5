import type { CloudTrailRecord } from '../../../domain/event.ts';
import { listAt, textAt } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';

/**
 * The KMS key that a call is about, by its bare id, whether the caller named it by
 * id, ARN or alias: CloudTrail lists the key's ARN among the resources.
 */
export const kmsKey: DerivedFact = {
  name: 'kmsKey',
  calls: callsOf(
    'kms',
    ...['GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'Encrypt', 'Decrypt', 'ReEncrypt'],
    ...[
      'DisableKey',
      'ScheduleKeyDeletion',
      'PutKeyPolicy',
      'DeleteImportedKeyMaterial',
      'RevokeGrant',
      'CreateGrant',
    ],
  ),
  says: keyOf,
};

function keyOf(record: CloudTrailRecord): string | undefined {
  const arns = listAt(record, 'resources').map(
    (resource) => textAt(resource, 'ARN') || textAt(resource, 'arn'),
  );
  const named = arns.find((arn) => arn.includes(':key/')) ?? textAt(record, 'requestParameters', 'keyId');
  const id = named.slice(named.lastIndexOf('/') + 1);
  return id === '' || id.length > 128 ? undefined : id;
}
