import { scannerActor, serviceRoleActor } from '../actors.ts';
import type { AccountName } from '../organisation.ts';
import { MINUTE, type Routine, routine, SECOND } from '../routine.ts';
import { denied } from './console-day.ts';
import { REFRESH } from './terraform.ts';

const ACCOUNTS: readonly AccountName[] = [
  'production',
  'staging',
  'shared',
  'security',
  'sandbox',
  'management',
];
const SCANNED = [
  ...REFRESH,
  { service: 'iam', name: 'GetAccountAuthorizationDetails' },
  { service: 'iam', name: 'GenerateCredentialReport' },
  { service: 'iam', name: 'GetCredentialReport' },
  { service: 'iam', name: 'ListUsers' },
  { service: 'iam', name: 'GetAccountPasswordPolicy' },
  { service: 'secretsmanager', name: 'ListSecrets' },
  { service: 'ssm', name: 'DescribeInstanceInformation' },
  { service: 'guardduty', name: 'ListDetectors' },
  { service: 'guardduty', name: 'GetDetector' },
  { service: 'access-analyzer', name: 'ListAnalyzers' },
  { service: 'config', name: 'DescribeConfigurationRecorderStatus' },
  { service: 'organizations', name: 'DescribeOrganization' },
];

/** The posture scanner goes through every account each night; Config and the health checks all day. */
export const securityTools: Routine = routine('security-tools', (scene) => {
  const { org, day, random } = scene;
  ACCOUNTS.forEach((account, place) => {
    const startedAt = scene.at(3 + place * 0.3);
    const actor = scannerActor(org, account, startedAt);
    let time = startedAt;
    for (let at = 0; at < 130; at += 1) {
      time += random.int(0, 3) * SECOND;
      const call = SCANNED[at % SCANNED.length] ?? random.pick(SCANNED);
      const region = at % 3 === 0 ? { region: org.regions.second } : {};
      // A policy of the organisation keeps some services from everybody.
      const isDenied = at % 41 === 40;
      scene.call(actor, time, { ...call, ...region, ...(isDenied ? { error: denied(actor, call) } : {}) });
    }
    const config = serviceRoleActor(org, 'config', 'AWSServiceRoleForConfig', {
      account,
      startedAt: day.start,
      session: 'configLambdaExecution',
    });
    for (let at = 0; at < 48; at += 1) {
      const call = random.pick(REFRESH);
      const isDenied = random.chance(0.05);
      scene.call(
        config,
        day.start + at * 30 * MINUTE + random.int(0, 600) * SECOND,
        isDenied ? { ...call, error: denied(config, call) } : call,
      );
    }
  });
});
