import type { CloudTrailRecord } from '../../src/domain/event.ts';
import type { Organisation, Person } from './organisation.ts';
import type { Random } from './random.ts';
import { timeText } from './record.ts';

/** What Identity Center notes of a sign-in: service events in the management account. */
export function identityCenterEvent(
  org: Organisation,
  person: Person,
  at: {
    readonly time: number;
    readonly step: 'CredentialChallenge' | 'CredentialVerification' | 'UserAuthentication' | 'Federate';
    readonly outcome: 'Success' | 'Failure';
    readonly from: 'office' | 'home';
    readonly credential?: 'PASSWORD' | 'TOTP' | 'WEBAUTHN';
    readonly workflow: string;
  },
  random: Random,
): CloudTrailRecord {
  const { time, step, outcome, from, credential = 'PASSWORD', workflow } = at;
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'IdentityCenterUser',
      accountId: org.accounts.management,
      onBehalfOf: {
        userId: person.userId,
        identityStoreArn: `arn:aws:identitystore::${org.accounts.management}:identitystore/d-99670b1a2c`,
      },
      credentialId: workflow,
    },
    eventTime: timeText(time),
    eventSource: 'signin.amazonaws.com',
    eventName: step,
    awsRegion: org.regions.main,
    sourceIPAddress: person[from],
    userAgent: person.agent,
    requestParameters: null,
    responseElements: null,
    additionalEventData: {
      AuthWorkflowID: workflow,
      ...(step === 'UserAuthentication'
        ? { LoginTo: 'https://shop.awsapps.example/start/', CredentialType: 'PASSWORD,TOTP' }
        : {}),
      ...(step.startsWith('Credential') ? { CredentialType: credential } : {}),
      UserName: person.name,
    },
    requestID: random.uuid(),
    eventID: random.uuid(),
    readOnly: false,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: org.accounts.management,
    serviceEventDetails: { [step]: outcome },
    eventCategory: 'Management',
  };
}

/** `ConsoleLogin` of an IAM user or of root, by name and password. */
export function consoleLogin(
  org: Organisation,
  at: {
    readonly account: string;
    /** Absent: the root user. */
    readonly user?: string;
    readonly time: number;
    readonly outcome: 'Success' | 'Failure';
    readonly mfa: boolean;
    readonly address?: string;
    /** A name that does not exist is hidden. */
    readonly isUnknownName?: boolean;
    readonly agent?: string;
  },
  random: Random,
): CloudTrailRecord {
  const { account, user, time, outcome, mfa } = at;
  const isHidden = at.isUnknownName === true;
  const identity =
    user === undefined
      ? {
          type: 'Root',
          principalId: account,
          arn: `arn:aws:iam::${account}:root`,
          accountId: account,
          accessKeyId: '',
        }
      : {
          type: 'IAMUser',
          ...(outcome === 'Success' ? { principalId: `AIDA${random.letters(17)}` } : {}),
          ...(isHidden || outcome === 'Failure' ? {} : { arn: `arn:aws:iam::${account}:user/${user}` }),
          accountId: account,
          accessKeyId: '',
          userName: isHidden ? 'HIDDEN_DUE_TO_SECURITY_REASONS' : user,
        };
  return {
    eventVersion: '1.11',
    userIdentity: identity,
    eventTime: timeText(time),
    eventSource: 'signin.amazonaws.com',
    eventName: 'ConsoleLogin',
    awsRegion: user === undefined ? 'us-east-1' : org.regions.main,
    sourceIPAddress: at.address ?? org.offices[0],
    userAgent: at.agent ?? org.people[0]?.agent,
    ...(outcome === 'Failure'
      ? { errorMessage: isHidden ? 'No username found in supplied account' : 'Failed authentication' }
      : {}),
    requestParameters: null,
    responseElements: { ConsoleLogin: outcome },
    additionalEventData: {
      LoginTo: 'https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true',
      MobileVersion: 'No',
      MFAUsed: mfa ? 'Yes' : 'No',
      ...(mfa ? { MFAIdentifier: `arn:aws:iam::${account}:mfa/${user ?? 'root-account-mfa-device'}` } : {}),
    },
    eventID: random.uuid(),
    readOnly: false,
    eventType: 'AwsConsoleSignIn',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: `${org.regions.main}.signin.aws.amazon.com`,
    },
  };
}
