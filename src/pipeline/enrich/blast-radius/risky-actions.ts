import { RISK_CLASSES, type RiskClass } from '../../../domain/company.ts';
import { iamActionsOf, iamServices } from '../../../language/iam/actions.ts';
import { riskClassesOf } from '../../../language/iam/risk-classes.ts';

/** All actions of IAM, in lower case, sorted into what they are good for. */
export interface ActionCatalogue {
  readonly byRisk: ReadonlyMap<RiskClass, readonly string[]>;
  /** They change something. */
  readonly writing: readonly string[];
  readonly reading: readonly string[];
}

let made: ActionCatalogue | undefined;

/** Made when it is first asked for: without a snapshot nobody asks. */
export function actionCatalogue(): ActionCatalogue {
  made ??= makeCatalogue();
  return made;
}

function makeCatalogue(): ActionCatalogue {
  const byRisk = new Map<RiskClass, string[]>(RISK_CLASSES.map((risk) => [risk, []]));
  const writing: string[] = [];
  const reading: string[] = [];
  for (const service of iamServices()) {
    for (const { name, level } of iamActionsOf(service).values()) {
      const action = `${service}:${name}`.toLowerCase();
      for (const risk of riskClassesOf(service, name, level)) byRisk.get(risk)?.push(action);
      (level === 'List' || level === 'Read' ? reading : writing).push(action);
    }
  }
  return { byRisk, writing, reading };
}
