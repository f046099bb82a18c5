import type { AssetFacts, CompanyContext } from '../../../domain/company.ts';
import { CRITICALITIES } from '../../../domain/company.ts';
import type { CloudTrailEvent, CloudTrailRecord, CompanyFacts } from '../../../domain/event.ts';
import { partitionOf, textAt } from '../../../domain/record.ts';
import { canonicalAddress } from '../address.ts';
import { grantedAccountsOf } from '../derived/granted-accounts.ts';
import { imageIdsOf } from '../derived/image-ids.ts';
import { instanceTypesOf, LAUNCH_CALLS, SIZING_CALLS } from '../derived/instance-types.ts';
import { signInOwner, signInOwnerOf } from '../derived/sign-in-owner.ts';
import type { Enricher } from '../enricher.ts';
import { isGlobalService } from '../global-service.ts';
import { identityOf } from '../identity.ts';
import { imageVerdict } from '../image-verdict.ts';
import { resourcesOf } from '../resources.ts';

/** What `context/` and IAM snapshots say of the event. What they do not say is absent, not false. */
export const companyEnricher: Enricher<'company'> = {
  name: 'company',
  enrich(event, company) {
    const { principal } = identityOf(event.record);
    const facts: Facts = {};
    addActor(facts, principal, company);
    addNetwork(facts, event, company);
    addTarget(facts, event, company);
    addLaunch(facts, event, company);
    add(facts, 'grantsOutside', grantsOutside(event, company));
    add(facts, 'regionInUse', regionInUse(event, company));
    add(facts, 'inWorkingHours', company.inWorkingHours(event.account, principal, event.time));
    return facts;
  },
};

/** Filled fact by fact: most events have few, and making an object of all names for each of them is dear. */
type Facts = { -readonly [Key in keyof CompanyFacts]: CompanyFacts[Key] };

function add<Name extends keyof CompanyFacts>(
  facts: Facts,
  name: Name,
  value: CompanyFacts[Name] | undefined,
): void {
  if (value !== undefined) facts[name] = value as Facts[Name];
}

function addActor(facts: Facts, principal: string, company: CompanyContext): void {
  if (principal === '') return;
  const known = company.principal(principal);
  const reach = company.reach(principal);
  if (known !== undefined) {
    add(facts, 'actorKind', known.kind);
    add(facts, 'actorOwner', known.owner);
    add(facts, 'actorTeam', known.team);
    add(facts, 'actorOnCall', known.onCall);
    if (known.kind !== undefined) facts.actorIsPipeline = known.kind === 'pipeline';
    add(facts, 'actorIsBreakGlass', known.breakGlass);
  }
  add(facts, 'actorIsAdmin', company.isAdmin(principal));
  add(facts, 'actorReach', reach?.level);
  add(facts, 'actorRiskClasses', reach?.riskClasses);
}

function addNetwork(facts: Facts, { record }: CloudTrailEvent, company: CompanyContext): void {
  if (!company.knowsNetworks) return;
  const address = canonicalAddress(textAt(record, 'sourceIPAddress').trim());
  if (address === undefined) return;
  const network = company.network(address);
  add(facts, 'network', network?.name);
  add(facts, 'networkKind', network?.kind);
  facts.networkIsOurs = network?.isOurs ?? false;
}

function addTarget(facts: Facts, event: CloudTrailEvent, company: CompanyContext): void {
  const resources = resourcesOf(event);
  if (resources.length > 0) {
    const asset = mostCritical(resources, company);
    add(facts, 'asset', asset?.name);
    add(facts, 'assetCriticality', asset?.criticality);
    add(facts, 'assetOwner', asset?.owner);
    if (resources.some((each) => company.isAdminGroup(each))) facts.targetGroupIsAdmin = true;
  }
  add(facts, 'targetIsAdmin', anyTrue(principalsIn(event, resources).map((each) => company.isAdmin(each))));
}

function mostCritical(resources: readonly string[], company: CompanyContext): AssetFacts | undefined {
  let most: AssetFacts | undefined;
  for (const resource of resources) {
    const asset = company.asset(resource);
    if (asset !== undefined && (most === undefined || rankOf(asset) > rankOf(most))) most = asset;
  }
  return most;
}

const PRINCIPAL = /^arn:[a-z-]+:iam::\d{12}:(user|role)\//;

/** Users and roles that are touched; of a password or MFA device, whose it is. */
function principalsIn({ record, account }: CloudTrailEvent, resources: readonly string[]): readonly string[] {
  const named = resources.filter((each) => PRINCIPAL.test(each));
  const owner = SIGNING_IN.has(callOf(record)) ? signInOwnerOf(record) : '';
  if (owner === '') return named;
  if (owner === 'root') return [...named, `root:${account}`];
  return [...named, `arn:${partitionOf(textAt(record, 'awsRegion'))}:iam::${account}:user/${owner}`];
}

/** Everyone, or an account that `context/` does not list. A call that lets in nobody from outside says nothing. */
function grantsOutside({ record }: CloudTrailEvent, company: CompanyContext): boolean | undefined {
  const granted = grantedAccountsOf(record);
  if (granted === undefined || granted.length === 0) return undefined;
  return granted.some((id) => id === '*' || company.account(id) === undefined);
}

function rankOf({ criticality }: AssetFacts): number {
  return criticality === undefined ? -1 : CRITICALITIES.indexOf(criticality);
}

/** True where one is; false where all that is known is false. */
function anyTrue(answers: readonly (boolean | undefined)[]): boolean | undefined {
  const known = answers.filter((answer) => answer !== undefined);
  return known.length === 0 ? undefined : known.includes(true);
}

function addLaunch(facts: Facts, { record, account }: CloudTrailEvent, company: CompanyContext): void {
  const call = callOf(record);
  if (SIZING.has(call)) {
    const inUse = instanceTypesOf(record).map((type) => company.instanceTypeInUse(account, type));
    const known = inUse.filter((answer) => answer !== undefined);
    if (known.length > 0) facts.instanceTypesInUse = !known.includes(false);
  }
  if (!LAUNCHING.has(call)) return;
  const { image, imageOwner } = imageVerdict(imageIdsOf(record), company);
  add(facts, 'image', image);
  add(facts, 'imageOwner', imageOwner);
}

const SIZING: ReadonlySet<string> = new Set(SIZING_CALLS);
const LAUNCHING: ReadonlySet<string> = new Set(LAUNCH_CALLS);
const SIGNING_IN: ReadonlySet<string> = new Set(signInOwner.calls);

function callOf(record: CloudTrailRecord): string {
  return `${textAt(record, 'eventSource')} ${textAt(record, 'eventName')}`;
}

function regionInUse({ record, account }: CloudTrailEvent, company: CompanyContext): boolean | undefined {
  const region = textAt(record, 'awsRegion');
  if (region === '' || isGlobalService(textAt(record, 'eventSource'))) return undefined;
  return company.regionInUse(account, region);
}
