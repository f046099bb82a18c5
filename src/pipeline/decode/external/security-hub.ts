import type { Actor } from '../../../domain/event.ts';
import type { ExternalFinding } from '../../../domain/external.ts';
import type { Severity } from '../../../domain/severity.ts';
import { accountIn, anyAt, someAt, timeAt, wordsAt } from './any-case.ts';
import { actorOfIdentity } from './identity.ts';

/** What asks for nobody's attention: archived, settled by people or rules, or a control that is passed. */
export function isSettled(finding: unknown): boolean {
  const workflow = wordsAt(16, finding, 'workflow', 'status').toUpperCase();
  const compliance = wordsAt(16, finding, 'compliance', 'status').toUpperCase();
  return (
    wordsAt(16, finding, 'recordState').toUpperCase() === 'ARCHIVED' ||
    workflow === 'RESOLVED' ||
    workflow === 'SUPPRESSED' ||
    compliance === 'PASSED' ||
    compliance === 'NOT_AVAILABLE'
  );
}

/** Reads a finding in AWS' Security Finding Format (ASFF). Undefined where it has no id: then it is none. */
export function readSecurityHub(finding: unknown, deliveredAt: number): ExternalFinding | undefined {
  const id = wordsAt(512, finding, 'id');
  if (id === '') return undefined;
  const foundBy = productOf(finding);
  const account = accountIn(wordsAt(16, finding, 'awsAccountId'), id);
  const region = wordsAt(32, finding, 'region') || regionIn(wordsAt(512, finding, 'productArn'));
  const updatedAt = timeAt(finding, 'updatedAt') ?? deliveredAt;
  const { severity, ownSeverity } = severityOf(finding);
  return {
    // GuardDuty's findings come to the same alert by either way.
    product: id.split(':')[2] === 'guardduty' ? 'guardduty' : 'securityhub',
    foundBy,
    id,
    type: typeOf(finding, foundBy),
    title: wordsAt(512, finding, 'title'),
    description: wordsAt(4096, finding, 'description'),
    severity,
    ownSeverity,
    account,
    region,
    updatedAt,
    lastSeen: timeAt(finding, 'lastObservedAt') ?? updatedAt,
    count: Math.max(1, Number(field(finding, 'count')) || 1),
    action: field(finding, 'action/awsApiCallAction/api') || field(finding, 'action/actionType'),
    actors: actorsOf(finding, account, region),
    resources: resourcesOf(finding),
    addresses: [
      field(finding, 'action/awsApiCallAction/remoteIpDetails/ipAddressV4'),
      field(finding, 'action/networkConnectionAction/remoteIpDetails/ipAddressV4'),
      wordsAt(45, finding, 'network', 'sourceIpV4'),
    ].filter((address) => address !== ''),
    domains: [field(finding, 'action/dnsRequestAction/domain')].filter((domain) => domain !== ''),
  };
}

/** `ProductFields` is a flat map whose keys are paths: GuardDuty's finding as Security Hub passes it on. */
function field(finding: unknown, key: string): string {
  return wordsAt(512, finding, 'productFields', key);
}

function productOf(finding: unknown): string {
  const [, ofArn = ''] = wordsAt(512, finding, 'productArn').split(':product/');
  return (
    wordsAt(128, finding, 'productName') ||
    field(finding, 'aws/securityhub/ProductName') ||
    ofArn.slice(0, 128)
  );
}

function regionIn(productArn: string): string {
  const [, , , region = ''] = productArn.split(':');
  return region;
}

/**
 * The first type, else the control that failed. GuardDuty's types come as
 * `TTPs/Discovery/Recon:IAMUser-UserPermissions` and are GuardDuty's own again here.
 */
function typeOf(finding: unknown, foundBy: string): string {
  const [type = ''] = someAt(finding, 'types').map((each) =>
    typeof each === 'string' ? each.slice(0, 200) : '',
  );
  const last = type.slice(type.lastIndexOf('/') + 1);
  if (/guardduty/i.test(foundBy) && last.includes(':')) return last.replace('-', '/');
  const control =
    wordsAt(64, finding, 'compliance', 'securityControlId') ||
    field(finding, 'controlId') ||
    field(finding, 'ruleId');
  return control || type || wordsAt(200, finding, 'generatorId') || 'finding';
}

const LABELS: ReadonlyMap<string, Severity> = new Map([
  ['INFORMATIONAL', 'informational'],
  ['LOW', 'low'],
  ['MEDIUM', 'medium'],
  ['HIGH', 'high'],
  ['CRITICAL', 'critical'],
]);

/** The label, else the normalised figure by ASFF's ranges (0, 1–39, 40–69, 70–89, 90–100), else medium. */
function severityOf(finding: unknown): { readonly severity: Severity; readonly ownSeverity: string } {
  const said =
    wordsAt(16, finding, 'severity', 'label') ||
    wordsAt(16, finding, 'findingProviderFields', 'severity', 'label');
  const label = LABELS.get(said.toUpperCase());
  if (label !== undefined) return { severity: label, ownSeverity: said };
  const figure = anyAt(finding, 'severity', 'normalized');
  if (typeof figure !== 'number') return { severity: 'medium', ownSeverity: '' };
  return { severity: byFigure(figure), ownSeverity: String(figure) };
}

function byFigure(figure: number): Severity {
  if (figure >= 90) return 'critical';
  if (figure >= 70) return 'high';
  if (figure >= 40) return 'medium';
  return figure >= 1 ? 'low' : 'informational';
}

const KEY_RESOURCE = /^AWS::IAM::AccessKey:/;
const ACCOUNT_RESOURCE = /^AWS::::Account:/;

/** The users whose keys or selves a finding is about. */
function actorsOf(finding: unknown, account: string, region: string): readonly Actor[] {
  return someAt(finding, 'resources').flatMap((resource) => {
    const type = wordsAt(64, resource, 'type');
    const id = wordsAt(1024, resource, 'id');
    if (type === 'AwsIamUser') return userOf(id, account, region);
    if (type !== 'AwsIamAccessKey') return [];
    const details = anyAt(resource, 'details', 'awsIamAccessKey');
    const actor = actorOfIdentity({
      type: wordsAt(32, details, 'principalType') || 'IAMUser',
      userName: wordsAt(256, details, 'userName') || wordsAt(256, details, 'principalName'),
      principalId: wordsAt(256, details, 'principalId'),
      accessKeyId: wordsAt(128, details, 'accessKeyId') || id.replace(KEY_RESOURCE, ''),
      account,
      region,
    });
    return actor === undefined ? [] : [actor];
  });
}

/** By its ARN, which tells the path. */
function userOf(arn: string, account: string, region: string): readonly Actor[] {
  const [, userName = ''] = /:user\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  const actor = actorOfIdentity({
    type: 'IAMUser',
    userName,
    principalId: '',
    accessKeyId: '',
    account,
    region,
  });
  return actor === undefined ? [] : [{ ...actor, principal: arn }];
}

function resourcesOf(finding: unknown): readonly string[] {
  const ids = someAt(finding, 'resources').map((resource) => wordsAt(1024, resource, 'id'));
  return [...new Set(ids.filter((id) => id !== '' && !KEY_RESOURCE.test(id) && !ACCOUNT_RESOURCE.test(id)))];
}
