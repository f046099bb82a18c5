import type { UserAgentFamily } from '../../domain/event.ts';

/** What a user agent says of the program behind a call. The caller writes it freely: a hint, no proof. */
export interface UserAgent {
  readonly family: UserAgentFamily;
  /** Name of a tool that is known to be used against AWS, or to audit it. */
  readonly tool?: string;
}

type Signs = readonly (readonly [tool: string, signs: readonly string[]])[];

/**
 * Tools of attackers and of those who act as such. Each sign is what the tool itself
 * sends, unless its user hides it:
 *
 * - `stratus-red-team`: `StratusRedTeamUserAgentPrefix` in its source; Datadog's Grimoire sets `exec-env/grimoire_`.
 * - `pacu`: `set_ua_suffix` sends `Pacu-Session-<uuid>`. (On Kali and its like Pacu takes another user agent at random.)
 * - `trufflehog`: Truffle Security, "TruffleHog in your logs"; sent when it tries a found key.
 * - `s3-browser`: the client of GUI-vil (Permiso 2023, TrailDiscover); `S3 Browser/9.5.5 (https://s3browser.com)`.
 * - `nmap`: "Nmap Scripting Engine" of its HTTP scripts.
 *
 * CloudFox, WeirdAAL, enumerate-iam and most scripts send the plain user agent of
 * their SDK: only a build that names itself is seen.
 */
const OFFENSIVE: Signs = [
  ['stratus-red-team', ['stratus-red-team', 'exec-env/grimoire_']],
  ['pacu', ['pacu-session', 'pacu/']],
  ['cloudfox', ['cloudfox']],
  ['weirdaal', ['weirdaal']],
  ['enumerate-iam', ['enumerate-iam']],
  ['trufflehog', ['trufflehog']],
  ['s3-browser', ['s3 browser']],
  ['nmap', ['nmap scripting engine']],
  ['peirates', ['peirates']],
];

/**
 * Scanners that owners and attackers use alike: ScoutSuite's `get_user_agent()`,
 * Prowler's `APN_1826889` (`BOTO3_USER_AGENT_EXTRA`), Cloud Custodian and the rest by name.
 */
const AUDIT: Signs = [
  ['scoutsuite', ['scout suite/', 'scout-suite/', 'scoutsuite']],
  ['prowler', ['apn_1826889', 'prowler']],
  ['cloud-custodian', ['cloudcustodian', 'cloud-custodian']],
  ['steampipe', ['steampipe']],
  ['cloudsploit', ['cloudsploit']],
  ['cartography', ['cartography']],
];

/** Clients that copy whole buckets; exfiltration uses them, and so do backups. */
const TRANSFER: Signs = [
  ['rclone', ['rclone/']],
  ['cyberduck', ['cyberduck/']],
  ['winscp', ['winscp/']],
  ['s5cmd', ['s5cmd']],
  ['megasync', ['megasync', 'megacmd']],
  ['msp360', ['cloudberry', 'msp360']],
];

/**
 * Distributions made for attacks, as botocore and the CLI name the system they run on:
 * `Linux/4.14.0-kali3-amd64`, `os/linux#6.1+kali`, `6.0.0-2parrot1-amd64`. GuardDuty's
 * PenTest:IAMUser/KaliLinux, ParrotLinux and PentooLinux look at the same.
 */
const ATTACKERS_SYSTEM = /(?:^|[^a-z])(kali|parrot|pentoo|blackarch)(?![a-z])/;

/** First match counts: Terraform and the CLI name the SDK that they are built on as well. */
const FAMILIES: readonly (readonly [UserAgentFamily, readonly string[]])[] = [
  ['terraform', ['terraform', 'opentofu']],
  ['iac', ['pulumi', 'aws-cdk', 'cdk-', 'serverless/', 'ansible', 'cloudformation-cli', 'crossplane']],
  ['cli', ['aws-cli/', 'awspowershell', 'aws-tools-for-powershell']],
  [
    'console',
    [
      ...['console.amazonaws.com', 'signin.amazonaws.com', 's3console/', 'console.ec2.', 'aws internal'],
      ...['ec2consolefrontend', 'lambdaconsole', 'aws console', 'awsconsole', '.console.aws'],
    ],
  ],
  [
    'sdk',
    ['aws-sdk-', 'boto3/', 'botocore/', 'aws-internal/', 'aws-sdk/', 'awssdk', 'smithy', 'boto/', 'rusoto/'],
  ],
  ['browser', ['mozilla/']],
  [
    'script',
    ['python-requests/', 'curl/', 'go-http-client/', 'wget/', 'postmanruntime/', 'okhttp/', 'powershell/'],
  ],
  ['script', ['java/', 'ruby', 'axios/', 'node-fetch', 'python-urllib', 'aiohttp/', 'httpx/', 'libwww-perl']],
];

const SERVICE = /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/;

/** A log repeats few user agents very often; the memory of them is bounded, as callers can make up any number. */
const known = new Map<string, UserAgent>();
const MAX_KNOWN = 2048;
/** Longer ones are told by their beginning: AWS cuts at 1 KB. */
const READ_LENGTH = 1024;

/** The kind of program behind a user agent. */
export function userAgentOf(userAgent: string): UserAgent {
  const text = userAgent.slice(0, READ_LENGTH);
  const found = known.get(text);
  if (found !== undefined) return found;
  const read = readUserAgent(text);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(text, read);
  return read;
}

function readUserAgent(userAgent: string): UserAgent {
  const text = userAgent
    .replace(/^\[|\]$/g, '')
    .trim()
    .toLowerCase();
  if (text === '' || text === '-') return { family: 'none' };
  const system = ATTACKERS_SYSTEM.exec(text)?.[1];
  const offensive = toolIn(text, OFFENSIVE) ?? system;
  if (offensive !== undefined) return { family: 'offensive', tool: offensive };
  const audit = toolIn(text, AUDIT);
  if (audit !== undefined) return { family: 'audit', tool: audit };
  const transfer = toolIn(text, TRANSFER);
  if (transfer !== undefined) return { family: 'transfer', tool: transfer };
  const family = FAMILIES.find(([, words]) => words.some((word) => text.includes(word)));
  if (family !== undefined) return { family: family[0] };
  return { family: SERVICE.test(text) ? 'aws-service' : 'other' };
}

function toolIn(text: string, signs: Signs): string | undefined {
  return signs.find(([, words]) => words.some((word) => text.includes(word)))?.[0];
}
