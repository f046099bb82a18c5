import type { PlaybookSubject, StepResult } from '../domain/playbook.ts';

/** What every template and condition of a playbook may read; `http.post` reads `secrets` besides. */
export const SCOPE_ROOTS: readonly string[] = ['alert', 'case', 'steps'];

/**
 * The data of a playbook's templates and conditions: the alert with short names
 * for what is read most, the case (null where there is none), and the results of
 * the steps so far. A simulated step counts as done, so that what follows it is
 * simulated too.
 */
export function scopeOf(subject: PlaybookSubject, results: readonly StepResult[]): object {
  const { alert } = subject;
  return {
    alert: {
      ...alert,
      id: subject.alertId,
      title: alert.rule.title,
      description: alert.rule.description,
      type: alert.rule.alertType,
      tags: alert.rule.tags,
      runbook: alert.rule.runbook,
      actor: alert.actors[0] ?? null,
      event: alert.evidence[0] ?? null,
      environment: environmentsOf(subject)[0] ?? null,
    },
    case: subject.caseId === undefined ? null : { id: subject.caseId },
    steps: Object.fromEntries(results.map((result) => [result.stepId, stepScope(result)])),
  };
}

/** Environments of the alert's accounts, as the company names them; earliest event first. */
export function environmentsOf({ alert }: Pick<PlaybookSubject, 'alert'>): readonly string[] {
  return [...new Set(alert.evidence.flatMap(({ environment }) => environment ?? []))];
}

function stepScope({ outcome, summary, data }: StepResult): object {
  return { outcome: outcome === 'simulated' ? 'done' : outcome, summary, data };
}
