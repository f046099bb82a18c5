import type { Alert } from '../../domain/alert.ts';
import type { Actor, ActorKind } from '../../domain/event.ts';
import type { Evidence } from '../../domain/finding.ts';
import type { Score, ScorePart } from '../../domain/risk.ts';
import { accountsOf } from './accounts-of.ts';

/** An alert in words and short values, ready to print; a template computes nothing itself. */
export interface AlertView {
  readonly title: string;
  readonly description: string;
  readonly severity: string;
  readonly score: ScoreView;
  readonly who: {
    readonly words: string;
    readonly name: string;
    /** `with MFA`, `without MFA`, or '' where the record does not say. */
    readonly mfa: string;
    readonly others: number;
  };
  readonly account: string;
  readonly environment: string;
  readonly regions: string;
  readonly sources: string;
  readonly times: string;
  readonly count: number;
  /** UTC, `2026-11-22 10:00:00`. */
  readonly first: string;
  readonly last: string;
  readonly oneInstant: boolean;
  readonly events: readonly EventRow[];
  /** Events beyond those shown. */
  readonly moreEvents: number;
  readonly hasRunbook: boolean;
  readonly falsePositives: readonly string[];
  readonly techniques: string;
  readonly ruleId: string;
  readonly fingerprint: string;
  readonly wouldBeHidden: boolean;
}

/** Why an alert matters as much as it does: `value` is the product of the weights, at most 100. */
export interface ScoreView {
  readonly isKnown: boolean;
  readonly value: number;
  /** What TheHive shows: `low` to `critical`. */
  readonly severity: string;
  readonly parts: readonly ScorePartView[];
}

export interface ScorePartView {
  /** `actor's reach` */
  readonly name: string;
  /** `admin`; `not known` */
  readonly level: string;
  readonly weight: number;
  readonly why: string;
}

export interface EventRow {
  readonly time: string;
  readonly who: string;
  readonly what: string;
  readonly from: string;
  readonly on: string;
  readonly result: string;
}

const ACTOR_WORDS: Readonly<Record<ActorKind, string>> = {
  root: 'The root user (the owner login of the account, which may do anything)',
  user: 'The IAM user',
  role: 'The role session',
  federated: 'The federated login',
  service: 'The AWS service',
  account: 'Another AWS account,',
  anonymous: 'A caller without credentials',
  unknown: 'An unknown caller',
};

/** Of a silence. */
const NOBODY = 'Nobody: it is about events that do not come';
/** Of a finding of another product about a resource. */
const NOT_NAMED = 'Nobody is named: it is about what it was found on';

const MAX_CELL = 120;
const MAX_LISTED = 3;

export function alertView(alert: Alert): AlertView {
  const actors = actorsOf(alert);
  const first = actors[0];
  return {
    title: alert.rule.title,
    description: alert.rule.description.trim(),
    severity: alert.severity,
    score: scoreView(alert.score),
    who: {
      words: whoWords(alert, first),
      name: actorName(first),
      mfa: first?.mfa === undefined ? '' : first.mfa ? 'with MFA' : 'without MFA',
      others: Math.max(0, actors.length - 1),
    },
    account: accountLabel(alert),
    environment: alert.evidence.find((one) => one.environment !== undefined)?.environment ?? '',
    regions: listed(alert.evidence.map((one) => one.region)),
    sources: listed(alert.evidence.map((one) => one.sourceAddress)),
    times: timesWords(alert.count),
    count: alert.count,
    first: utc(alert.firstSeen),
    last: utc(alert.lastSeen),
    oneInstant: alert.firstSeen === alert.lastSeen,
    events: alert.evidence.map(eventRow),
    moreEvents: Math.max(0, alert.count - alert.evidence.length),
    hasRunbook: alert.rule.runbook.trim() !== '',
    falsePositives: alert.rule.falsePositives,
    techniques: alert.procedures.map(({ patternId }) => patternId).join(', '),
    ruleId: alert.rule.id,
    fingerprint: alert.fingerprint,
    wouldBeHidden: alert.wouldBeHiddenBy.length > 0,
  };
}

const PART_WORDS: Readonly<Record<ScorePart['name'], string>> = {
  severity: 'severity',
  reach: "actor's reach",
  criticality: 'asset criticality',
  novelty: 'novelty',
  place: 'place',
};

function scoreView(score: Score | undefined): ScoreView {
  return {
    isKnown: score !== undefined,
    value: score?.value ?? 0,
    severity: score?.severity ?? '',
    parts: (score?.parts ?? []).map(({ name, level, weight, why }) => ({
      name: PART_WORDS[name],
      level: level === 'unknown' ? 'not known' : level,
      weight,
      why,
    })),
  };
}

function whoWords({ actors, evidence }: Alert, first: Actor | undefined): string {
  if (actors.length > 0) return ACTOR_WORDS[first?.kind ?? 'unknown'];
  return evidence.some(({ external }) => external === true) ? NOT_NAMED : NOBODY;
}

/** `2026-11-22 10:00:00`, UTC. */
export function utc(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** `sandbox (111122223333)`, or the number alone. */
export function accountLabel(alert: Alert): string {
  const labels = accountsOf(alert).map((id) => {
    const known = alert.evidence.find((one) => one.account === id && one.accountName !== undefined);
    return known?.accountName === undefined ? id : `${known.accountName} (${id})`;
  });
  return labels.length === 0 ? 'unknown' : listed(labels);
}

/** One line for a list of alerts: `Trail stopped: alice in sandbox (111122223333), dev`. */
export function storyLine(alert: Alert): string {
  const actors = actorsOf(alert);
  const name = actorName(actors[0]);
  const others = actors.length > 1 ? ` and ${actors.length - 1} more` : '';
  const by = name === '' ? '' : `: ${name.slice(0, 100)}${others}`;
  const environment = alert.evidence.find((one) => one.environment !== undefined)?.environment;
  const where = ` in ${accountLabel(alert)}${environment === undefined ? '' : `, ${environment}`}`;
  const rest = `${by}${where}`.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 250);
  return `${alert.rule.title.slice(0, 500 - rest.length)}${rest}`;
}

function actorsOf(alert: Alert): readonly Actor[] {
  return alert.actors.length > 0 ? alert.actors : alert.evidence.slice(0, 1).map((one) => one.actor);
}

function actorName(actor: Actor | undefined): string {
  if (actor === undefined) return '';
  if (actor.kind === 'root') return `root of ${actor.account}`;
  return actor.name === '' ? actor.principal : actor.name;
}

function eventRow(evidence: Evidence): EventRow {
  const on = [evidence.resources.slice(0, MAX_LISTED).join(', '), evidence.summary].filter(
    (text) => text !== '',
  );
  const service = evidence.eventSource.replace(/\.amazonaws\.com$/, '');
  return {
    time: utc(evidence.time),
    who: cell(actorName(evidence.actor)),
    what: cell(`${service}: ${evidence.eventName}`),
    from: cell(evidence.sourceAddress),
    on: cell(on.join(' · ')),
    result: resultOf(evidence),
  };
}

/** What another product found was not called by anybody. */
function resultOf({ errorCode, external }: Evidence): string {
  if (external === true) return '';
  return errorCode === undefined ? 'done' : cell(`failed: ${errorCode}`);
}

/** Short enough that a row stays a row. Escaping is the template's. */
function cell(text: string): string {
  return text.length <= MAX_CELL ? text : `${text.slice(0, MAX_CELL - 1)}…`;
}

/** The distinct ones, the first few by name. */
function listed(values: readonly string[]): string {
  const distinct = [...new Set(values.filter((value) => value !== ''))];
  const more = distinct.length - MAX_LISTED;
  return `${distinct.slice(0, MAX_LISTED).map(cell).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function timesWords(count: number): string {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${count} times`;
}
