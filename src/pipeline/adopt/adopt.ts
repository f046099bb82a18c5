/**
 * The room where findings of other products (GuardDuty, Security Hub) become our own,
 * of kind `external`. They keep their severity, type and words; what they name is
 * written as our own findings write it, so that they meet in one incident.
 */
import { clip } from '../../domain/clip.ts';
import type { CompanyContext } from '../../domain/company.ts';
import type { Actor } from '../../domain/event.ts';
import type { ExternalFinding, ExternalProduct } from '../../domain/external.ts';
import type { Evidence, Finding, MemberSummary, RuleInfo } from '../../domain/finding.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { hashOf } from '../../domain/hash.ts';
import { ownerMarks } from '../../domain/owner-marks.ts';
import { mergeActors, summarize } from '../../domain/summary.ts';
import { observablesOf } from './observables.ts';
import { riskOf } from './risk.ts';

/**
 * Builds the stage. The alert of a finding is named by the finding's ARN, whatever its
 * updates say and whichever way it comes, so a finding is one alert for as long as it
 * lives; each update adds an event to it. Pure.
 */
export function createAdopt(
  company: CompanyContext,
): (external: readonly ExternalFinding[]) => readonly Finding[] {
  return (external) => external.map((finding) => findingOf(finding, company));
}

const REVISION = 'external-1';
const DAY_MS = 86_400_000;

function findingOf(external: ExternalFinding, company: CompanyContext): Finding {
  const rule = ruleOf(external);
  const group = { account: external.account, finding: clip(external.id, 256) };
  const key = `${hashOf([external.id, external.updatedAt])}:${external.account}`;
  const evidence = evidenceOf(external, key, company);
  return {
    id: hashOf([rule.id, external.id, key]),
    kind: 'external',
    rule,
    fingerprint: fingerprint({ ruleId: `external:${external.product}`, group, periodStart: 0 }),
    group,
    periodStart: 0,
    account: external.account,
    members: [{ key, time: external.lastSeen }],
    firing: [key],
    evidence: [evidence],
    summary: withItsActors(external, evidence),
  };
}

/** Evidence has one actor; a finding may name several, as an attack sequence does, or none. */
function withItsActors({ actors, lastSeen }: ExternalFinding, evidence: Evidence): MemberSummary {
  return {
    ...summarize([evidence]),
    actors: mergeActors(actors.map((actor) => ({ ...bounded(actor), firstSeen: lastSeen }))),
  };
}

const PRODUCTS: Readonly<Record<ExternalProduct, { readonly name: string; readonly runbook: string }>> = {
  guardduty: {
    name: 'GuardDuty',
    runbook:
      'Read the finding in GuardDuty (its ARN stands above): its evidence and the other findings of the same resource. ' +
      'Then look at what the same access key, principal or resource did in CloudTrail; other alerts of this case show what trailhive saw of it.',
  },
  securityhub: {
    name: 'Security Hub',
    runbook:
      'Read the finding in Security Hub (its id stands above): whether it tells of something that happens, or of a setting. ' +
      'A setting is for the owner of the resource to mend; then set the finding to RESOLVED there.',
  },
};

function ruleOf(external: ExternalFinding): RuleInfo {
  const { product, severity } = external;
  const { name, runbook } = PRODUCTS[product];
  const type = clip(external.type, 200);
  return {
    id: `${product}:${type}`,
    revision: REVISION,
    title: `${name}: ${clip(external.title, 200) || type}`,
    description: `${clip(external.description, 2048) || `${name} found ${type}.`} Finding ${clip(external.id, 512)}.`,
    level: severity,
    tags: [],
    alertType: `external.${product}`,
    groupBy: ['finding'],
    periodMs: DAY_MS,
    runbook,
    falsePositives: [],
    isSequence: false,
  };
}

const NOBODY: Actor = { kind: 'unknown', principal: '', name: '', account: '' };

function evidenceOf(external: ExternalFinding, key: string, company: CompanyContext): Evidence {
  const [named] = external.actors;
  const actor = named === undefined ? NOBODY : bounded(named);
  const resources = [...new Set(external.resources.map((each) => clip(each, 1024)))].slice(0, 10);
  const { name, environment, role } = company.account(external.account) ?? {};
  const type = clip(external.type, 200);
  const region = clip(external.region, 64);
  const risk = riskOf({ account: external.account, actor, resources }, company);
  return {
    key,
    eventId: clip(external.id, 160),
    time: external.lastSeen,
    account: external.account,
    ...(name === undefined ? {} : { accountName: name }),
    ...(environment === undefined ? {} : { environment }),
    region,
    eventSource: `${external.product}.amazonaws.com`,
    eventName: type,
    actor,
    sourceAddress: external.addresses[0] ?? '',
    userAgent: '',
    resources,
    summary: clip(wordsOf(external), 200),
    observables: observablesOf(external, actor, resources),
    stable: { action: `${external.product}:${type}`, ...(region === '' ? {} : { region }) },
    marks: [...ownerMarks({ actor, accountRole: role, resources }, company)].sort(),
    ...(Object.keys(risk).length === 0 ? {} : { risk }),
    external: true,
  };
}

/** `reports UnauthorizedAccess:IAMUser/TorIPCaller on ListBuckets, severity 5, seen 3 times` */
function wordsOf({ product, foundBy, type, action, ownSeverity, count }: ExternalFinding): string {
  const by = foundBy === '' || product === 'guardduty' ? '' : ` by ${foundBy}`;
  const on = action === '' ? '' : ` on ${action}`;
  const severity = ownSeverity === '' ? '' : `, severity ${ownSeverity}`;
  return `reports ${type}${by}${on}${severity}, seen ${count === 1 ? 'once' : `${count} times`}`;
}

function bounded(actor: Actor): Actor {
  return {
    ...actor,
    principal: clip(actor.principal, 2048),
    name: clip(actor.name, 256),
    ...(actor.session === undefined ? {} : { session: clip(actor.session, 2048) }),
    ...(actor.sessionName === undefined ? {} : { sessionName: clip(actor.sessionName, 256) }),
  };
}
