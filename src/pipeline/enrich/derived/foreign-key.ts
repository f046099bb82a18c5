import { listAt, own, textAt, valueAt } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';

const HEADER = 'x-amz-server-side-encryption-aws-kms-key-id';

/** Account of the KMS key that data is to be encrypted with, where it is not the account it happened in. */
export const foreignKey: DerivedFact = {
  name: 'foreignKey',
  calls: [
    ...callsOf('s3', 'PutObject', 'CopyObject', 'CreateMultipartUpload', 'PutBucketEncryption'),
    ...callsOf('ec2', 'CopySnapshot', 'CopyImage', 'CreateVolume', 'ModifyEbsDefaultKmsKeyId'),
    ...callsOf('rds', 'CopyDBSnapshot', 'CopyDBClusterSnapshot'),
  ],
  says(record) {
    const asked = own(record, 'requestParameters');
    const rules = listAt(valueAt(asked, 'ServerSideEncryptionConfiguration') ?? asked, 'Rule');
    const keys = [
      textAt(asked, HEADER),
      textAt(asked, 'kmsKeyId'),
      textAt(asked, 'kMSKeyId'),
      ...rules.map((rule) => textAt(rule, 'ApplyServerSideEncryptionByDefault', 'KMSMasterKeyID')),
    ];
    const home = [textAt(record, 'recipientAccountId'), textAt(record, 'userIdentity', 'accountId')];
    return keys.flatMap((key) => accountOf(key)).find((account) => !home.includes(account));
  },
};

function accountOf(key: string): readonly string[] {
  const [, account] = /^arn:[a-z-]+:kms:[a-z0-9-]+:(\d{12}):/.exec(key) ?? [];
  return account === undefined ? [] : [account];
}
