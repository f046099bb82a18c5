/**
 * Which techniques of Stratus Red Team the rules detect, on the recorded attack, on variations of it,
 * and whether they keep silent on the same calls used harmlessly.
 */
import { createMemoryWindows } from '../../src/adapters/memory/windows.ts';
import type { CompanyContext } from '../../src/domain/company.ts';
import type { CloudTrailRecord } from '../../src/domain/event.ts';
import { parseContext } from '../../src/language/context.ts';
import type { RuleSet } from '../../src/language/sigma/rule-set.ts';
import { closeAll } from '../../src/pipeline/correlate/close-windows.ts';
import { createCorrelate } from '../../src/pipeline/correlate/correlate.ts';
import { toEvent } from '../../src/pipeline/decode/decode.ts';
import { createDetect } from '../../src/pipeline/detect/detect.ts';
import { createEnrich } from '../../src/pipeline/enrich/enrich.ts';
import { readLines } from './data.ts';
import { VARIATIONS, type Variations } from './stratus-variations.ts';

/** A technique as its label says, with the records of one detonation. */
export interface StratusTechnique {
  readonly techniqueId: string;
  /** `attack.credential-access`, as rules are tagged. */
  readonly tactics: readonly string[];
  readonly attack: readonly CloudTrailRecord[];
}

export interface VariationResult {
  readonly name: 'assumed role' | 'another spelling' | 'failed';
  readonly what: string;
  readonly detected: boolean | 'not applicable';
  readonly why?: string;
}

export interface StratusResult {
  readonly techniqueId: string;
  readonly tactics: readonly string[];
  /** Rules of a tactic of the label that fire on the attack's own calls. */
  readonly detectedBy: readonly { readonly ruleId: string; readonly title: string }[];
  /** The rule that detects the most of the variations, and how it does. */
  readonly rule?: { readonly ruleId: string; readonly title: string };
  readonly variations: readonly VariationResult[];
  readonly harmless: readonly { readonly name: string; readonly firedBy: readonly string[] }[];
  /** One rule detects the attack and every variation, and is silent on all that is harmless. */
  readonly ok: boolean;
}

interface Label {
  readonly stratus_id: string;
  readonly tactics: readonly string[];
  readonly events: readonly CloudTrailRecord[];
}

export function stratusTechniques(): readonly StratusTechnique[] {
  return readLines<Label>('stratus.labels.jsonl').map(({ stratus_id, tactics, events }) => ({
    techniqueId: stratus_id,
    tactics: tactics.map((tactic) => `attack.${tactic.toLowerCase().replaceAll(' ', '-')}`),
    attack: events,
  }));
}

/** Plays every technique and its variations, each by itself, on a company of which nothing is known. */
export async function measureStratus(ruleSet: RuleSet): Promise<readonly StratusResult[]> {
  const results: StratusResult[] = [];
  for (const technique of stratusTechniques()) results.push(await measureOne(technique, ruleSet));
  return results;
}

async function measureOne(technique: StratusTechnique, ruleSet: RuleSet): Promise<StratusResult> {
  const { techniqueId, tactics, attack } = technique;
  const variations = VARIATIONS[techniqueId];
  if (variations === undefined) throw new Error(`stratus-variations.ts has nothing for ${techniqueId}`);
  const ofTactic = (rule: Fired) => rule.tags.some((tag) => tactics.includes(tag));
  const own = (await firedOn(attack, ruleSet)).filter(ofTactic);
  const trials: Trial[] = [];
  for (const trial of trialsOf(attack, variations))
    trials.push({
      ...trial,
      fired: trial.records === undefined ? [] : await firedOn(trial.records, ruleSet),
    });
  const harmless: { name: string; fired: readonly Fired[] }[] = [];
  for (const { what, records } of variations.harmless)
    harmless.push({ name: what, fired: await firedOn(records(attack), ruleSet) });
  const scored = own.map((rule) => ({
    rule,
    missed: trials.filter((trial) => trial.records !== undefined && !has(trial.fired, rule)).length,
    wrong: harmless.filter(({ fired }) => has(fired, rule)).length,
  }));
  const [best] = scored.sort((a, b) => a.missed + a.wrong - (b.missed + b.wrong));
  return {
    techniqueId,
    tactics,
    detectedBy: own.map(shown),
    ...(best === undefined ? {} : { rule: shown(best.rule) }),
    variations: trials.map(({ name, what, why, records, fired }) => ({
      name,
      what,
      detected: records === undefined ? 'not applicable' : best !== undefined && has(fired, best.rule),
      ...(why === undefined ? {} : { why }),
    })),
    harmless: harmless.map(({ name, fired }) => ({
      name,
      firedBy: fired.filter(({ ruleId }) => ruleId === best?.rule.ruleId).map(({ title }) => title),
    })),
    ok: best !== undefined && best.missed + best.wrong === 0,
  };
}

interface Fired {
  readonly ruleId: string;
  readonly title: string;
  readonly tags: readonly string[];
}

interface Trial {
  readonly name: VariationResult['name'];
  readonly what: string;
  readonly why?: string;
  /** undefined: not applicable. */
  readonly records: readonly CloudTrailRecord[] | undefined;
  readonly fired: readonly Fired[];
}

function has(fired: readonly Fired[], { ruleId }: Fired): boolean {
  return fired.some((rule) => rule.ruleId === ruleId);
}

const shown = ({ ruleId, title }: Fired) => ({ ruleId, title });

function trialsOf(
  attack: readonly CloudTrailRecord[],
  { spelling, failed }: Variations,
): readonly Omit<Trial, 'fired'>[] {
  return [
    { name: 'assumed role', what: 'by a session of a role', records: attack.map(byAssumedRole) },
    { name: 'another spelling', what: spelling.what, records: attack.map(spelling.change) },
    'notApplicable' in failed
      ? { name: 'failed', what: 'failed', why: failed.notApplicable, records: undefined }
      : { name: 'failed', what: failed.what, records: attack.map(failed.change) },
  ];
}

/** STS gives no federation token to a session, so whoever tries that is refused. */
function byAssumedRole(record: CloudTrailRecord): CloudTrailRecord {
  const asSession = withSession(record);
  if (record['eventName'] !== 'GetFederationToken') return asSession;
  return { ...asSession, errorCode: 'AccessDenied', requestParameters: null, responseElements: null };
}

/**
 * The caller as a session of a role. A session already: of another role, by another session. Credentials of
 * an instance stay what they are, as they are what the attack is about.
 */
function withSession(record: CloudTrailRecord): CloudTrailRecord {
  const identity = record['userIdentity'] as Readonly<Record<string, unknown>>;
  const context = identity['sessionContext'] as Readonly<Record<string, unknown>> | undefined;
  if (context?.['ec2RoleDelivery'] !== undefined || identity['type'] === 'FederatedUser') return record;
  const account = String(identity['accountId']);
  return {
    ...record,
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLEROLEID0001:a-session',
      arn: `arn:aws:sts::${account}:assumed-role/another-role/a-session`,
      accountId: account,
      accessKeyId: 'ASIAEXAMPLESESSION001',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: 'AROAEXAMPLEROLEID0001',
          arn: `arn:aws:iam::${account}:role/another-role`,
          accountId: account,
          userName: 'another-role',
        },
        attributes: { creationDate: record['eventTime'], mfaAuthenticated: 'false' },
      },
    },
  };
}

/** After everything in the data, so that nothing is in the future; and nothing is late. */
const DELIVERED_AT = Date.parse('2027-01-01T00:00:00Z');
const LATENESS_MS = 40 * 365 * 86_400_000;
const NOBODY: CompanyContext = parseContext([]).context;

/** The rules that raise an alert on these records alone. Every record is an event of its own. */
async function firedOn(records: readonly CloudTrailRecord[], ruleSet: RuleSet): Promise<readonly Fired[]> {
  const enrich = createEnrich(NOBODY);
  const events = records.map((record, index) =>
    enrich(
      toEvent({ ...record, eventID: `trial-${index}` }, { id: 'stratus', deliveredAt: DELIVERED_AT }, index),
    ),
  );
  const { matches, findings } = createDetect(ruleSet, NOBODY)(events);
  const windows = createMemoryWindows();
  const correlated = await createCorrelate(ruleSet, windows, { latenessMs: LATENESS_MS })(
    matches,
    DELIVERED_AT,
  );
  const closed = await closeAll(ruleSet, windows, { latenessMs: LATENESS_MS });
  const fired = [...findings, ...correlated.findings, ...closed].map(({ rule }) => rule);
  return [...new Map(fired.map(({ id, title, tags }) => [id, { ruleId: id, title, tags }])).values()];
}
