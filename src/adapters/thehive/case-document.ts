import { type Alert, shownSeverity } from '../../domain/alert.ts';
import { alertTags } from './alert-document.ts';
import { storyLine } from './alert-view.ts';
import { type CaseTemplate, templateFor } from './case-template.ts';
import type { DeskTexts } from './desk-texts.ts';
import { caseValues, OWN_FIELDS, splitValues } from './own-fields.ts';
import type { ServerFacts } from './server-facts.ts';
import { severityNumber } from './severity-number.ts';
import { tagsOf } from './tag.ts';

/** Title and category of trailhive's own page of a case; no other page is ever touched. */
export const OWN_PAGE = { title: 'trailhive', category: 'trailhive' } as const;

/**
 * TheHive's InputCreateCaseFromAlert. Where the server lacks the template, its
 * tasks, tags and prefix come along with the request instead.
 */
export function caseDocument(
  alert: Alert,
  facts: ServerFacts,
  template: CaseTemplate | undefined,
  texts: DeskTexts,
): Readonly<Record<string, unknown>> {
  const installed = template !== undefined && facts.caseTemplates.has(template.name);
  const { fields } = splitValues(caseValues([alert]), facts.customFields);
  return {
    title: caseTitle(alert, installed ? undefined : template),
    description: texts.caseDescription(alert),
    severity: severityNumber(shownSeverity(alert)),
    startDate: alert.firstSeen,
    tags: caseTags([alert], facts, template === undefined ? [] : [template]),
    customFields: fields,
    pages: [{ ...OWN_PAGE, content: texts.casePage([alert]), order: 0 }],
    ...(installed ? { caseTemplate: template.name } : {}),
    ...(template !== undefined && !installed ? { tasks: tasksOf(template) } : {}),
  };
}

export function tasksOf(template: CaseTemplate): readonly Readonly<Record<string, unknown>>[] {
  return template.tasks.map((task, order) => ({ ...task, order }));
}

/**
 * Own tags of a case: those of its alerts and of the templates that serve them,
 * whichever of them opened it, with the values of the whole.
 */
export function caseTags(
  alerts: readonly Alert[],
  facts: ServerFacts,
  templates: readonly CaseTemplate[],
): readonly string[] {
  const ofAlerts = alerts.flatMap((alert) => alertTags(alert, NO_VALUES));
  const ofTemplates = alerts.flatMap(({ rule }) => templateFor(templates, rule.alertType)?.tags ?? []);
  const ofWhole = splitValues(caseValues(alerts), facts.customFields).tags;
  return tagsOf([...ofAlerts, ...ofWhole, ...ofTemplates]);
}

/** A case's values are its own: those of one alert among many would contradict each other. */
const NO_VALUES = { customFields: new Set<string>(OWN_FIELDS.map(({ name }) => name)) };

/** The server puts the prefix of an installed template in front by itself. */
function caseTitle(alert: Alert, missing: CaseTemplate | undefined): string {
  const prefix = missing?.titlePrefix === undefined ? '' : `${missing.titlePrefix} `;
  return `${prefix}${storyLine(alert)}`.slice(0, 440);
}
