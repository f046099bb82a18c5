import type { CloudTrailRecord } from '../../../domain/event.ts';
import { textAt } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';

/**
 * How a sign-in of a person ended: `success` or `failure`, in the console or in Identity
 * Center. There, a password that is right is a step and no sign-in yet, so
 * `CredentialVerification` counts only where it failed, and `UserAuthentication` is the sign-in.
 */
export const signIn: DerivedFact = {
  name: 'signIn',
  calls: callsOf('signin', 'ConsoleLogin', 'CredentialVerification', 'UserAuthentication'),
  says: signInOf,
};

function signInOf(record: CloudTrailRecord): 'success' | 'failure' | undefined {
  const event = textAt(record, 'eventName');
  const outcome = textAt(
    record,
    event === 'ConsoleLogin' ? 'responseElements' : 'serviceEventDetails',
    event,
  );
  if (outcome.toLowerCase() === 'failure') return 'failure';
  return outcome.toLowerCase() === 'success' && event !== 'CredentialVerification' ? 'success' : undefined;
}

/**
 * False where a person signed in with nothing but a password, or with keys that were turned into a
 * console session; true where a second factor was shown. Absent where an identity provider
 * asked (it may have asked for a second factor; AWS does not know), and for failures.
 */
export const signInMfa: DerivedFact = {
  name: 'signInMfa',
  calls: callsOf('signin', 'ConsoleLogin', 'UserAuthentication'),
  says(record) {
    if (signInOf(record) !== 'success') return undefined;
    return textAt(record, 'eventName') === 'ConsoleLogin' ? consoleMfa(record) : identityCenterMfa(record);
  },
};

function consoleMfa(record: CloudTrailRecord): boolean | undefined {
  const used = textAt(record, 'additionalEventData', 'MFAUsed').toLowerCase();
  if (used === 'yes') return true;
  if (used !== 'no') return undefined;
  if (textAt(record, 'userIdentity', 'sessionContext', 'attributes', 'mfaAuthenticated') === 'true')
    return true;
  return isOfProvider(record) ? undefined : false;
}

/** Signed in by SAML, by a web identity or through Identity Center. */
function isOfProvider(record: CloudTrailRecord): boolean {
  if (textAt(record, 'additionalEventData', 'SamlProviderArn') !== '') return true;
  const type = textAt(record, 'userIdentity', 'type');
  if (type === 'SAMLUser' || type === 'WebIdentityUser' || type === 'IdentityCenterUser') return true;
  return /role\/(aws-reserved\/|.*\/)?AWSReservedSSO_|assumed-role\/AWSReservedSSO_/.test(
    textAt(record, 'userIdentity', 'sessionContext', 'sessionIssuer', 'arn') +
      textAt(record, 'userIdentity', 'arn'),
  );
}

/** `CredentialType` lists all that was shown, `PASSWORD,TOTP`. */
function identityCenterMfa(record: CloudTrailRecord): boolean | undefined {
  const shown = textAt(record, 'additionalEventData', 'CredentialType').toUpperCase().split(',');
  const factors = shown.map((factor) => factor.trim()).filter((factor) => factor !== '');
  if (factors.length === 0 || factors.includes('EXTERNAL_IDP')) return undefined;
  return factors.some((factor) => factor !== 'PASSWORD' && factor !== 'EMAIL_OTP');
}
