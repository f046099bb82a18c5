import type { Alert, Delivered } from '../domain/alert.ts';
import { hashOf } from '../domain/hash.ts';
import type { News } from '../domain/news.ts';
import { type Observable, observableKey } from '../domain/observable.ts';
import { severityRank } from '../domain/severity.ts';

/** A comment names this many new actors and addresses; all of them are among the observables anyway. */
const MAX_NAMED = 10;

/**
 * What of an alert is worth a comment, against what TheHive has of it: a higher
 * severity, ten times the events, further actors and addresses. Growth within an
 * order of magnitude is not: it shows in the fields and on the case's page.
 */
export function newsOf(alert: Alert, delivered: Delivered | undefined): readonly News[] {
  if (delivered === undefined) return returned(alert);
  const mark = (what: string) => `${alert.fingerprint}:${what}`;
  const news: News[] = [];
  if (severityRank(alert.severity) > severityRank(delivered.severity)) {
    const marker = mark(`severity:${alert.severity}`);
    news.push({ kind: 'severity', from: delivered.severity, to: alert.severity, marker });
  }
  const reached = orderOf(alert.count);
  if (reached > orderOf(delivered.count)) {
    news.push({ kind: 'count', reached, marker: mark(`count:${reached}`) });
  }
  if (alert.count > delivered.count) news.push(...returned(alert));
  return [...news, ...newActorsAndSources(alert, delivered, mark)];
}

/** A silence that is over closes its own loop, also where it ended before TheHive had the alert. */
function returned({ fingerprint, returnedAt }: Alert): readonly News[] {
  return returnedAt === undefined ? [] : [{ kind: 'returned', marker: `${fingerprint}:returned` }];
}

function newActorsAndSources(
  alert: Alert,
  delivered: Delivered,
  mark: (what: string) => string,
): readonly News[] {
  const known = new Set(delivered.observables);
  const news: News[] = [];
  for (const observable of alert.observables) {
    const key = observableKey(observable);
    const kind = roleOf(observable);
    if (kind === undefined || known.has(key)) continue;
    news.push({ kind, value: observable.value.slice(0, 256), marker: mark(`observable:${hashOf([key])}`) });
  }
  return news.slice(0, MAX_NAMED);
}

/** Credentials are told as observables only: their owner is the actor. */
function roleOf({ type, tags }: Observable): 'actor' | 'source' | undefined {
  if (type === 'aws-principal' && tags.includes('actor')) return 'actor';
  return type === 'ip' && tags.includes('source') ? 'source' : undefined;
}

/** The highest of 10, 100, 1000, … that the count has reached; 1 below ten. */
export function orderOf(count: number): number {
  let order = 1;
  while (order * 10 <= count) order *= 10;
  return order;
}
