import type { Alert } from '../../domain/alert.ts';
import { byTimeThenKey } from '../../domain/finding.ts';
import type { News } from '../../domain/news.ts';
import type { Templates } from '../../language/liquid.ts';
import { alertView, utc } from './alert-view.ts';
import type { DeskTemplates } from './load-templates.ts';

/** The texts that trailhive writes into TheHive, rendered. */
export interface DeskTexts {
  alertDescription(alert: Alert): string;
  caseDescription(alert: Alert): string;
  casePage(alerts: readonly Alert[]): string;
  comment(alert: Alert, news: readonly News[]): string;
}

/** Where the rule author's Markdown goes. No value can print this line: values have their `<` escaped. */
const RUNBOOK_LINE = '<!-- runbook -->';
const MAX_RUNBOOK = 32 * 1024;
/** More rows make a page that nobody reads. */
const MAX_ALERTS = 200;

export function createDeskTexts(templates: Templates, sources: DeskTemplates['texts']): DeskTexts {
  const story = (source: string, name: string, alert: Alert): string => {
    const text = templates.renderText(source, alertView(alert), 'markdown', name);
    return text.replace(RUNBOOK_LINE, () => alert.rule.runbook.trim().slice(0, MAX_RUNBOOK));
  };
  return {
    alertDescription: (alert) => story(sources.alert, 'alert.md.liquid', alert),
    caseDescription: (alert) => story(sources.case, 'case.md.liquid', alert),
    casePage: (alerts) =>
      templates.renderText(sources.casePage, pageScope(alerts), 'markdown', 'case-page.md.liquid'),
    comment: (alert, news) =>
      templates.renderText(
        sources.comment,
        { alert: alertView(alert), news },
        'markdown',
        'comment.md.liquid',
      ),
  };
}

function pageScope(alerts: readonly Alert[]): object {
  const sorted = [...alerts].sort((a, b) =>
    byTimeThenKey({ time: a.firstSeen, key: a.fingerprint }, { time: b.firstSeen, key: b.fingerprint }),
  );
  return {
    alerts: sorted.slice(0, MAX_ALERTS).map(alertView),
    moreAlerts: Math.max(0, sorted.length - MAX_ALERTS),
    count: alerts.reduce((sum, alert) => sum + alert.count, 0),
    first: utc(Math.min(...alerts.map((alert) => alert.firstSeen))),
    last: utc(Math.max(...alerts.map((alert) => alert.lastSeen))),
  };
}
