import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Alert } from '../../src/domain/alert.ts';
import type { CompanyContext } from '../../src/domain/company.ts';
import type { CloudTrailRecord } from '../../src/domain/event.ts';
import { parseContext } from '../../src/language/context.ts';
import type { RuleSet } from '../../src/language/sigma/rule-set.ts';
import { parseYaml } from '../../src/language/yaml.ts';
import { contextTexts } from '../sim/company.ts';
import { CONTROLS, fortnight } from '../sim/fortnight.ts';
import { createOrganisation, type Organisation } from '../sim/organisation.ts';
import { DETECTIONS, type Detection, daysFrom, type Happening, type NearMiss, play } from '../sim/routine.ts';
import { readRecordsOf } from './data.ts';
import { learningFor, replay } from './replay.ts';

const DAY = 86_400_000;
const LEARN_MS = 3 * DAY;
const WEEK_MS = 7 * DAY;
/** A Monday. */
export const FORTNIGHT_START = Date.UTC(2026, 8, 7);
export const FORTNIGHT_SEED = 5;

/** An alert of benign data, in one line. */
export interface NamedAlert {
  /** Stable over runs: rule, group and period. */
  readonly fingerprint: string;
  readonly title: string;
  readonly alertType: string;
  readonly severity: string;
  readonly group: string;
  readonly at: string;
  readonly count: number;
  readonly calls: readonly string[];
  /** Within the first three days. */
  readonly whileLearning: boolean;
  readonly judgement?: string;
}

export interface NoiseResult {
  readonly name: string;
  readonly records: number;
  /** After the first three days. */
  readonly recordsAfterLearning: number;
  readonly alerts: readonly NamedAlert[];
  /** Alerts after learning for 10,000 records after learning. */
  readonly rate: number;
  /** Fingerprint of an alert -> ids of its events. */
  readonly eventsOf: ReadonlyMap<string, ReadonlySet<string>>;
}

/** `judged.yml`: title of a rule -> data set -> what its alerts there are. */
type Judgements = Readonly<Record<string, Readonly<Record<string, string>>>>;

export function readJudgements(): Judgements {
  const text = readFileSync(join(import.meta.dirname, 'judged.yml'), 'utf8');
  const { documents, problems } = parseYaml(text, 'judged.yml');
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return (documents[0]?.value ?? {}) as Judgements;
}

/** Plays benign records, and counts alerts of which an event lies after the learning time. */
export async function measureNoise(
  name: string,
  records: readonly CloudTrailRecord[],
  {
    ruleSet,
    company,
    judgements,
  }: { readonly ruleSet: RuleSet; readonly company: CompanyContext; readonly judgements: Judgements },
): Promise<NoiseResult> {
  const times = records.map((record) => Date.parse(String(record['eventTime'])));
  const learnt = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY) + LEARN_MS;
  const learning = learningFor(ruleSet, { baselineMs: LEARN_MS, heartbeatMs: WEEK_MS });
  const outcome = await replay(records, { ruleSet: learning, company });
  const alerts = outcome.alerts.map((alert) => named(alert, name, learnt, judgements));
  const after = times.filter((time) => time >= learnt).length;
  const loud = alerts.filter(({ whileLearning }) => !whileLearning).length;
  // Data of less than three days is no time to learn in: all of it counts.
  const [count, base] = after === 0 ? [alerts.length, records.length] : [loud, after];
  return {
    name,
    records: records.length,
    recordsAfterLearning: after,
    alerts,
    rate: (count / base) * 10_000,
    eventsOf: outcome.eventsOf,
  };
}

function named(alert: Alert, set: string, learnt: number, judgements: Judgements): NamedAlert {
  const judgement = judgements[alert.rule.title]?.[set];
  return {
    fingerprint: alert.fingerprint,
    title: alert.rule.title,
    alertType: alert.rule.alertType,
    severity: alert.severity,
    group: Object.values(alert.group).join(' '),
    at: new Date(alert.firstSeen).toISOString(),
    count: alert.count,
    calls: [...new Set(alert.evidence.map(({ eventName }) => eventName))],
    whileLearning: alert.lastSeen < learnt,
    ...(judgement === undefined ? {} : { judgement }),
  };
}

export async function measureBoogy(ruleSet: RuleSet, judgements: Judgements): Promise<NoiseResult> {
  const company = parseContext([]).context;
  return await measureNoise('boogy', readRecordsOf('boogy.cloudtrail.ndjson'), {
    ruleSet,
    company,
    judgements,
  });
}

export async function measureWeek(ruleSet: RuleSet, judgements: Judgements): Promise<NoiseResult> {
  const company = parseContext([]).context;
  return await measureNoise('week', readRecordsOf('background.ndjson.gz'), { ruleSet, company, judgements });
}

/** The simulated company, and what it knows of itself. */
export function simulatedCompany(seed: number): {
  readonly org: Organisation;
  readonly company: CompanyContext;
} {
  const org = createOrganisation(seed);
  const { context, problems } = parseContext(contextTexts(org));
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return { org, company: context };
}

export interface FortnightResult extends NoiseResult {
  readonly nearMisses: Readonly<Record<Detection, number>>;
  /** Near misses that are part of an alert: why it should have been silent, and what fired. */
  readonly hits: readonly { readonly detection: Detection; readonly why: string; readonly title: string }[];
}

export async function measureFortnight(ruleSet: RuleSet, judgements: Judgements): Promise<FortnightResult> {
  const { org, company } = simulatedCompany(FORTNIGHT_SEED);
  const happenings = fortnight(org, FORTNIGHT_START);
  const records = happenings.map(({ record }) => record);
  const noise = await measureNoise('fortnight', records, { ruleSet, company, judgements });
  return { ...noise, nearMisses: countNearMisses(happenings), hits: hitsOf(noise, happenings) };
}

/** A near miss that an alert of its own detection holds. Of a silence any alert is one: all pauses of the fortnight are usual. */
function hitsOf(
  { alerts, eventsOf }: NoiseResult,
  happenings: readonly Happening[],
): FortnightResult['hits'] {
  const nearMissOf = new Map(happenings.map(({ record, nearMiss }) => [String(record['eventID']), nearMiss]));
  return alerts.flatMap(({ fingerprint, alertType, title, whileLearning }) => {
    if (whileLearning) return [];
    if (TYPES_OF['events-stop'].includes(alertType))
      return [{ detection: 'events-stop' as const, why: 'a usual pause', title }];
    const near = new Map<string, NearMiss>();
    for (const id of eventsOf.get(fingerprint) ?? []) {
      const nearMiss = nearMissOf.get(id);
      if (nearMiss !== undefined && TYPES_OF[nearMiss.detection].includes(alertType))
        near.set(nearMiss.id, nearMiss);
    }
    return [...near.values()].map(({ detection, why }) => ({ detection, why, title }));
  });
}

/** Near misses of each detection, each once however many records it takes. */
export function countNearMisses(happenings: readonly Happening[]): Readonly<Record<Detection, number>> {
  const ids = new Map<Detection, Set<string>>(DETECTIONS.map((detection) => [detection, new Set()]));
  for (const { nearMiss } of happenings)
    if (nearMiss !== undefined) ids.get(nearMiss.detection)?.add(nearMiss.id);
  return Object.fromEntries([...ids].map(([detection, of]) => [detection, of.size])) as Record<
    Detection,
    number
  >;
}

/** Detection -> alert types that answer to it. */
export const TYPES_OF: Readonly<Record<Detection, readonly string[]>> = {
  'trail-stopped': ['cloudtrail.trail.tampering'],
  'group-opened': ['ec2.security_group.opened'],
  'root-activity': ['iam.root.activity'],
  'expensive-instances': ['compute.abuse'],
  'events-stop': ['cloudtrail.silence'],
  'bucket-public': ['s3.bucket.public'],
  'many-instances': ['compute.abuse'],
  'failed-logins': ['identity.login.failures'],
  'many-denials': ['discovery.denied_calls'],
  'password-changes': ['identity.password.changes'],
  'unknown-image': ['compute.abuse'],
};

export interface ControlResult {
  readonly detection: Detection;
  readonly titles: readonly string[];
  readonly ok: boolean;
}

/** Plays what each detection is for in the same company, on the fourth day: it must be found. */
export async function measureControls(ruleSet: RuleSet): Promise<readonly ControlResult[]> {
  const { org, company } = simulatedCompany(FORTNIGHT_SEED);
  const [, , , day] = daysFrom(FORTNIGHT_START, 4);
  if (day === undefined) throw new Error('no day');
  const results: ControlResult[] = [];
  for (const { detection, routine } of CONTROLS) {
    const records = play(org, [routine], [day]).map(({ record }) => record);
    const { alerts } = await replay(records, { ruleSet, company });
    const titles = alerts
      .filter(({ rule }) => TYPES_OF[detection].includes(rule.alertType))
      .map(({ rule }) => rule.title);
    results.push({ detection, titles: [...new Set(titles)], ok: titles.length > 0 });
  }
  return [...results, await measureSilence(ruleSet, org, company)];
}

/** The account of the staging environment falls silent on the tenth day at ten; a day later it must be known. */
async function measureSilence(
  ruleSet: RuleSet,
  org: Organisation,
  company: CompanyContext,
): Promise<ControlResult> {
  const cutAt = FORTNIGHT_START + 9 * DAY + 10 * 3_600_000;
  const records = fortnight(org, FORTNIGHT_START)
    .filter(({ record, time }) => record['recipientAccountId'] === org.accounts.staging && time < cutAt)
    .map(({ record }) => record);
  const heartbeats = learningFor(ruleSet, { baselineMs: LEARN_MS, heartbeatMs: WEEK_MS }).heartbeats ?? [];
  const only = { detections: [], correlations: [], heartbeats };
  const { alerts } = await replay(records, { ruleSet: only, company, until: cutAt + DAY });
  const titles = [...new Set(alerts.map(({ rule }) => rule.title))];
  return { detection: 'events-stop', titles, ok: titles.length > 0 };
}
