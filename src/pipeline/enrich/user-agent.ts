import type { UserAgentFamily } from '../../domain/event.ts';

/** First match counts: Terraform and the CLI name the SDK that they are built on as well. */
const FAMILIES: readonly (readonly [UserAgentFamily, readonly string[]])[] = [
  ['terraform', ['terraform', 'opentofu']],
  ['cli', ['aws-cli/']],
  [
    'console',
    ['console.amazonaws.com', 'signin.amazonaws.com', 's3console/', 'console.ec2.', 'aws internal'],
  ],
  ['sdk', ['aws-sdk-', 'boto3/', 'botocore/', 'aws-internal/', 'aws-sdk/', 'awssdk', 'smithy']],
  ['browser', ['mozilla/']],
];

const SERVICE = /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/;

/** The kind of tool behind a user agent. The caller writes it freely: a hint, no proof. */
export function userAgentFamily(userAgent: string): UserAgentFamily {
  const text = userAgent
    .replace(/^\[|\]$/g, '')
    .trim()
    .toLowerCase();
  if (text === '' || text === '-') return 'none';
  const found = FAMILIES.find(([, words]) => words.some((word) => text.includes(word)));
  if (found !== undefined) return found[0];
  return SERVICE.test(text) ? 'aws-service' : 'other';
}
