import type { Alert } from '../domain/alert.ts';
import type { Playbook } from './playbook.ts';
import { environmentsOf } from './scope.ts';

/** A playbook that an alert calls for: what the work queue takes. */
export interface CalledPlaybook {
  readonly playbook: string;
  readonly version: number;
  readonly fingerprint: string;
}

/**
 * The playbooks that an alert calls for as it is now. Ask when an alert opens
 * and when its severity rises; a playbook that is named both times runs once,
 * because a run is known by playbook, version and fingerprint.
 */
export function choosePlaybooks(playbooks: readonly Playbook[], alert: Alert): readonly CalledPlaybook[] {
  return playbooks
    .filter((playbook) => callsFor(alert, playbook))
    .map(({ name, version }) => ({ playbook: name, version, fingerprint: alert.fingerprint }));
}

/** Does all that the playbook states under `when` fit the alert? */
export function callsFor(alert: Alert, { when }: Playbook): boolean {
  return (
    when.alertTypes.some((stated) => fitsType(stated, alert.rule.alertType)) &&
    isUnstatedOr(when.severities, (severity) => severity === alert.severity) &&
    isUnstatedOr(when.tags, (tag) => alert.rule.tags.includes(tag)) &&
    isUnstatedOr(when.environments, (environment) => environmentsOf({ alert }).includes(environment))
  );
}

function fitsType(stated: string, alertType: string): boolean {
  return stated.endsWith('.*') ? alertType.startsWith(stated.slice(0, -1)) : stated === alertType;
}

function isUnstatedOr<T>(stated: readonly T[], fits: (one: T) => boolean): boolean {
  return stated.length === 0 || stated.some(fits);
}
