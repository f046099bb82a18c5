/**
 * The report room turns what was found into something to read: pure functions
 * from data to text, no look-ups and no clock. What is shown was written by
 * attackers, so the template's escape is HTML's.
 */
import type { Alert } from '../domain/alert.ts';
import type { Severity } from '../domain/severity.ts';
import { severityRank } from '../domain/severity.ts';
import { createTemplates } from '../language/liquid.ts';

/** A case as TheHive has it, for the page. */
export interface ReportCase {
  readonly number: number;
  readonly title: string;
  readonly status: string;
  readonly severity: Severity;
  /** Fingerprints of its alerts. */
  readonly alerts: readonly string[];
}

export interface ReportInput {
  readonly title: string;
  /** Epoch ms. */
  readonly madeAt: number;
  /** One line about how it was made. */
  readonly note: string;
  readonly counts: {
    readonly records: number;
    readonly findings: number;
    readonly alerts: number;
    readonly cases: number;
    readonly hidden: number;
  };
  readonly cases: readonly ReportCase[];
  readonly alerts: readonly Alert[];
}

/** A page that no browser would open is no use. */
const MAX_PAGE_CHARACTERS = 32 * 1024 * 1024;
const MAX_RENDER_MS = 60_000;

/** Renders the page from `templates/report.html.liquid`: one self-contained HTML file. */
export function renderReport(template: string, input: ReportInput): string {
  const cases = [...input.cases].sort((a, b) => a.number - b.number);
  const inCases = new Set(cases.flatMap((reportCase) => reportCase.alerts));
  const alerts = [...input.alerts].sort(bySeverityThenTime);
  const scope = {
    ...input,
    madeAt: utc(input.madeAt),
    cases: cases.map((reportCase) => ({
      ...reportCase,
      alerts: alerts.filter((alert) => reportCase.alerts.includes(alert.fingerprint)).map(alertView),
    })),
    otherAlerts: alerts.filter((alert) => !inCases.has(alert.fingerprint)).map(alertView),
  };
  const templates = createTemplates({ maxOutputCharacters: MAX_PAGE_CHARACTERS, maxRenderMs: MAX_RENDER_MS });
  return templates.renderText(template, scope, 'html', 'report.html.liquid');
}

function bySeverityThenTime(a: Alert, b: Alert): number {
  return severityRank(b.severity) - severityRank(a.severity) || a.firstSeen - b.firstSeen;
}

function alertView(alert: Alert) {
  return {
    fingerprint: alert.fingerprint,
    title: alert.rule.title,
    type: alert.rule.alertType,
    severity: alert.severity,
    score: alert.score?.value ?? '',
    count: alert.count,
    firstSeen: utc(alert.firstSeen),
    lastSeen: utc(alert.lastSeen),
    runbook: alert.rule.runbook,
    actors: alert.actors.map((actor) => actor.name),
    observables: alert.observables.map(({ type, value, tags }) => ({ type, value, tags: tags.join(', ') })),
    techniques: alert.procedures.map((procedure) => procedure.patternId),
    events: alert.evidence.map((event) => ({
      time: utc(event.time),
      call: `${event.eventSource.replace('.amazonaws.com', '')}:${event.eventName}`,
      actor: event.actor.name,
      address: event.sourceAddress,
      result: event.errorCode ?? 'ok',
      summary: event.summary,
    })),
  };
}

/** `2026-11-22 09:30:00`: what analysts compare by eye. */
function utc(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}
