import { type Alert, type Procedure, shownSeverity } from '../../domain/alert.ts';
import { accountsOf } from './accounts-of.ts';
import { storyLine } from './alert-view.ts';
import { type ObservableDocument, observableDocuments } from './observable-type.ts';
import { alertValues, environmentOf, splitValues } from './own-fields.ts';
import type { ServerFacts } from './server-facts.ts';
import { severityNumber } from './severity-number.ts';
import { tagsOf } from './tag.ts';

/** `source` of every alert of trailhive; never changes, else every alert in the field is made again. */
export const ALERT_SOURCE = 'trailhive';

/** TheHive's InputCreateAlert, as far as trailhive writes it. */
export interface AlertDocument {
  readonly type: string;
  readonly source: string;
  readonly sourceRef: string;
  readonly title: string;
  readonly description: string;
  readonly severity: number;
  readonly date: number;
  readonly tags: readonly string[];
  readonly customFields?: Readonly<Record<string, string | number>>;
  readonly observables?: readonly ObservableDocument[];
  readonly procedures?: readonly ProcedureDocument[];
}

export interface ProcedureDocument {
  readonly patternId: string;
  readonly occurDate: number;
}

/** `type;source;sourceRef`: names an alert where an id is asked for. None of the three holds a `;`. */
export function alertName(alert: Alert): string {
  return [alert.rule.alertType, ALERT_SOURCE, alert.fingerprint].join(';');
}

/** The alert whole: with observables, procedures and custom fields as far as the server has them. */
export function alertDocument(alert: Alert, facts: ServerFacts, description: string): AlertDocument {
  const bare = bareAlertDocument(alert, facts, description);
  const { fields } = splitValues(alertValues(alert), facts.customFields);
  return {
    ...bare,
    customFields: fields,
    observables: observableDocuments(alert.observables, facts.observableTypes),
    procedures: procedureDocuments(alert.procedures),
  };
}

/** Only what no server refuses: the first step where the whole was refused. */
export function bareAlertDocument(alert: Alert, facts: ServerFacts, description: string): AlertDocument {
  return {
    type: alert.rule.alertType,
    source: ALERT_SOURCE,
    sourceRef: alert.fingerprint,
    title: storyLine(alert),
    description,
    severity: severityNumber(shownSeverity(alert)),
    date: alert.firstSeen,
    tags: alertTags(alert, facts),
  };
}

/** Own tags: who wrote it, rule, techniques, account, environment, and values that have no custom field. */
export function alertTags(alert: Alert, facts: Pick<ServerFacts, 'customFields'>): readonly string[] {
  const environment = environmentOf(alert);
  return tagsOf([
    ALERT_SOURCE,
    `rule:${alert.rule.id}`,
    ...alert.procedures.map(({ patternId }) => `attack:${patternId}`),
    ...accountsOf(alert).map((account) => `account:${account}`),
    ...(environment === undefined ? [] : [`environment:${environment}`]),
    ...(alert.wouldBeHiddenBy.length > 0 ? ['would-be-hidden'] : []),
    ...(alert.incomplete === true ? ['windows-incomplete'] : []),
    ...splitValues(alertValues(alert), facts.customFields).tags,
  ]);
}

/** One for each technique, at its first time. */
export function procedureDocuments(procedures: readonly Procedure[]): readonly ProcedureDocument[] {
  const byPattern = new Map<string, ProcedureDocument>();
  for (const { patternId, time } of procedures) {
    const known = byPattern.get(patternId);
    if (known === undefined || time < known.occurDate)
      byPattern.set(patternId, { patternId, occurDate: time });
  }
  return [...byPattern.values()];
}
