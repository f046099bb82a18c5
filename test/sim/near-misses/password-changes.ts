import { personActor, pipelineActor, scannerActor, userActor } from '../actors.ts';
import { MINUTE, routine, SECOND } from '../routine.ts';

/** Passwords and second factors that change one at a time, of people who are no administrators, or by themselves. */
export const passwordNearMisses = routine('password-near-misses', (scene) => {
  const { org, day, random } = scene;
  const time = scene.at(8.3);
  const near = (why: string, act: () => void) => scene.nearMiss('password-changes', why, act);
  const contractor = `contractor-${1 + (day.index % 8)}`;
  const helpdesk = org.people[1];
  near('a user changes the own password', () =>
    scene.call(
      userActor(org, contractor, { account: 'sandbox', startedAt: time, mfa: true, console: true }),
      time,
      { service: 'iam', name: 'ChangePassword' },
    ),
  );
  near('a user sets up a second factor of the own', () => {
    const actor = userActor(org, contractor, {
      account: 'sandbox',
      startedAt: time,
      mfa: true,
      console: true,
    });
    const serialNumber = `arn:aws:iam::${org.accounts.sandbox}:mfa/${contractor}-${random.hex(2)}`;
    scene.call(actor, time + MINUTE, {
      service: 'iam',
      name: 'CreateVirtualMFADevice',
      request: { virtualMFADeviceName: `${contractor}-phone` },
      response: { virtualMFADevice: { serialNumber } },
    });
    scene.call(actor, time + 2 * MINUTE, {
      service: 'iam',
      name: 'EnableMFADevice',
      request: { userName: contractor, serialNumber },
    });
  });
  near('the help desk resets the password of one contractor', () => {
    if (helpdesk === undefined) return;
    const actor = personActor(org, helpdesk, { account: 'sandbox', startedAt: time, tool: 'console' });
    scene.call(actor, time + 30 * MINUTE, {
      service: 'iam',
      name: 'UpdateLoginProfile',
      request: { userName: contractor, passwordResetRequired: true },
    });
  });
  near('a reset that the password policy refuses', () => {
    if (helpdesk === undefined) return;
    const actor = personActor(org, helpdesk, { account: 'sandbox', startedAt: time, tool: 'console' });
    scene.call(actor, time + 29 * MINUTE, {
      service: 'iam',
      name: 'UpdateLoginProfile',
      request: { userName: contractor },
      error: ['PasswordPolicyViolation', 'Password does not conform to the account password policy.'],
    });
  });
  near('the same strong password policy is applied again', () =>
    scene.call(
      pipelineActor(org, 'terraform-apply', { account: 'staging', startedAt: time }),
      time + 50 * MINUTE,
      {
        service: 'iam',
        name: 'UpdateAccountPasswordPolicy',
        request: {
          minimumPasswordLength: 16,
          requireSymbols: true,
          requireNumbers: true,
          requireUppercaseCharacters: true,
          requireLowercaseCharacters: true,
          passwordReusePrevention: 24,
          maxPasswordAge: 0,
          hardExpiry: false,
          allowUsersToChangePassword: true,
        },
      },
    ),
  );
  near('the scanner looks at everybody’s factors', () => {
    const scanner = scannerActor(org, 'staging', time);
    for (const name of [
      'ListMFADevices',
      'GetLoginProfile',
      'ListVirtualMFADevices',
      'GetAccountPasswordPolicy',
    ])
      scene.call(scanner, time + 55 * MINUTE + SECOND, {
        service: 'iam',
        name,
        request: { userName: 'otto' },
      });
  });
});

export const passwordControls = routine('password-controls', (scene) => {
  const { org } = scene;
  const person = org.people[3];
  if (person === undefined) return;
  const time = scene.at(20);
  const actor = personActor(org, person, { account: 'staging', startedAt: time, tool: 'cli', from: 'home' });
  for (const [at, userName] of ['otto', 'olga', 'oskar', 'oona'].entries()) {
    scene.call(actor, time + at * 2 * MINUTE, {
      service: 'iam',
      name: 'UpdateLoginProfile',
      request: { userName },
    });
    scene.call(actor, time + at * 2 * MINUTE + 20 * SECOND, {
      service: 'iam',
      name: 'DeactivateMFADevice',
      request: { userName, serialNumber: `arn:aws:iam::${org.accounts.staging}:mfa/${userName}` },
    });
  }
});
