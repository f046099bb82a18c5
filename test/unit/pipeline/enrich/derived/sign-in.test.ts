import { describe, expect, it } from 'vitest';
import { anEnrichedEvent } from '../../../../helpers/an-event.ts';

const factsOf = (record: object) =>
  anEnrichedEvent({ eventSource: 'signin.amazonaws.com', requestParameters: null, ...record }).context
    .derived;
const consoleLogin = (outcome: string, rest: object = {}) => ({
  eventName: 'ConsoleLogin',
  responseElements: { ConsoleLogin: outcome },
  ...rest,
});
const aRole = (name: string) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::111122223333:assumed-role/${name}/eve`,
  accountId: '111122223333',
});

describe('derived.signIn', () => {
  it.each<[string, object, unknown]>([
    ['a console sign-in', consoleLogin('Success'), 'success'],
    ['a refused console sign-in', consoleLogin('Failure'), 'failure'],
    [
      'a sign-in to Identity Center',
      { eventName: 'UserAuthentication', serviceEventDetails: { UserAuthentication: 'Success' } },
      'success',
    ],
    [
      'a wrong password in Identity Center',
      { eventName: 'CredentialVerification', serviceEventDetails: { CredentialVerification: 'Failure' } },
      'failure',
    ],
    [
      'a right password in Identity Center, which is one step',
      { eventName: 'CredentialVerification', serviceEventDetails: { CredentialVerification: 'Success' } },
      undefined,
    ],
  ])('of %s', (_name, record, expected) => {
    expect(factsOf(record)['signIn']).toBe(expected);
  });
});

describe('derived.signInMfa', () => {
  const no = { additionalEventData: { MFAUsed: 'No' } };
  const identityCenter = (shown: string) => ({
    eventName: 'UserAuthentication',
    serviceEventDetails: { UserAuthentication: 'Success' },
    additionalEventData: { CredentialType: shown },
  });

  it.each<[string, object, unknown]>([
    ['a password alone', consoleLogin('Success', no), false],
    ['a second factor', consoleLogin('Success', { additionalEventData: { MFAUsed: 'Yes' } }), true],
    ['keys turned into a session', consoleLogin('Success', { ...no, userIdentity: aRole('ops') }), false],
    [
      'keys of a session with a second factor',
      consoleLogin('Success', {
        ...no,
        userIdentity: { ...aRole('ops'), sessionContext: { attributes: { mfaAuthenticated: 'true' } } },
      }),
      true,
    ],
    [
      'Identity Center',
      consoleLogin('Success', { ...no, userIdentity: aRole('AWSReservedSSO_A_1') }),
      undefined,
    ],
    [
      'SAML',
      consoleLogin('Success', {
        userIdentity: aRole('ops'),
        additionalEventData: { MFAUsed: 'No', SamlProviderArn: 'arn:aws:iam::111122223333:saml-provider/x' },
      }),
      undefined,
    ],
    ['a failure', consoleLogin('Failure', no), undefined],
    ['a password in Identity Center', identityCenter('PASSWORD'), false],
    ['two factors in Identity Center', identityCenter('PASSWORD,TOTP'), true],
    ['a passkey in Identity Center', identityCenter('WEBAUTHN'), true],
    ['a provider behind Identity Center', identityCenter('EXTERNAL_IDP'), undefined],
  ])('of %s', (_name, record, expected) => {
    expect(factsOf(record)['signInMfa']).toBe(expected);
  });
});
