/**
 * Blast radius: what each principal of the IAM snapshots could do, whatever it does.
 * It reads policies only; what follows from a reach is for rules and the score.
 */
import { type CompanyContext, REACH_LEVELS, type Reach, RISK_CLASSES } from '../../../domain/company.ts';
import { parseArn } from '../arn.ts';
import { ADMIN_ACTIONS, ESCALATION_PATHS, POWER_ACTIONS } from './escalation-paths.ts';
import { type Permissions, permissionsOf } from './permissions.ts';
import { actionCatalogue } from './risky-actions.ts';
import type { IamSnapshot, SnapshotPrincipal } from './snapshot.ts';

/** The root user of an account may do anything that the account may; no policy says so. */
const ROOT: Reach = { level: 'admin', riskClasses: RISK_CLASSES };

/**
 * The company with what the snapshots tell: `reach`, and `isAdmin` where `context/`
 * does not say it. A principal is worked out when it is first asked for and then
 * remembered. Users and roles are found by account and name, since CloudTrail often
 * leaves their path out.
 */
export function withAccess(company: CompanyContext, snapshots: readonly IamSnapshot[]): CompanyContext {
  const principals = new Map(
    snapshots.flatMap((snapshot) => snapshot.principals.map((one) => [keyOf(one.arn), one] as const)),
  );
  const known = new Map<string, Reach>();
  const reach = (arn: string): Reach | undefined => {
    if (isRoot(arn)) return ROOT;
    const key = keyOf(arn);
    const principal = principals.get(key);
    if (principal === undefined) return undefined;
    const answer = known.get(key) ?? reachOf(principal);
    known.set(key, answer);
    return answer;
  };
  return {
    ...company,
    reach,
    isAdmin: (arn) => {
      const declared = company.isAdmin(arn);
      if (declared !== undefined) return declared;
      const found = reach(arn);
      if (found === undefined) return undefined;
      const groups = principals.get(keyOf(arn))?.groups ?? [];
      return found.level === 'admin' || groups.some((group) => company.isAdminGroup(group));
    },
  };
}

function isRoot(arn: string): boolean {
  return /^root:\d{12}$/.test(arn) || /^arn:[a-z-]+:iam::\d{12}:root$/.test(arn);
}

/** `arn:aws:iam::111122223333:role/team/deploy` → `111122223333 role deploy` */
function keyOf(text: string): string {
  const arn = parseArn(text);
  if (arn === undefined) return text;
  const [type = '', ...path] = arn.resource.split('/');
  return `${arn.account} ${type} ${path.at(-1) ?? ''}`;
}

function reachOf(principal: SnapshotPrincipal): Reach {
  const permissions = permissionsOf(principal);
  const { byRisk } = actionCatalogue();
  const riskClasses = RISK_CLASSES.filter((risk) => byRisk.get(risk)?.some(permissions.may) ?? false);
  return { level: levelOf(permissions), riskClasses };
}

function levelOf({ may, mayWidely }: Permissions): Reach['level'] {
  if (ADMIN_ACTIONS.every(mayWidely)) return 'admin';
  if (POWER_ACTIONS.every(mayWidely) || ESCALATION_PATHS.some((path) => path.every(mayWidely)))
    return 'nearly-admin';
  const { writing, reading } = actionCatalogue();
  if (writing.some(may)) return 'write';
  return reading.some(may) ? 'read' : REACH_LEVELS[0];
}
