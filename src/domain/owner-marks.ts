import type { CompanyContext } from './company.ts';
import type { Actor } from './event.ts';

/** Roles in `context/accounts.yml` whose accounts guard the others. */
const GUARDING_ROLES: ReadonlyMap<string, string> = new Map([
  ['security', 'security-account'],
  ['management', 'management-account'],
]);

/** What the owner says of actor, account and touched things that keeps a finding from ever being suppressed. */
export function ownerMarks(
  subject: {
    readonly actor: Pick<Actor, 'kind' | 'principal'>;
    readonly accountRole: string | undefined;
    readonly resources: readonly string[];
  },
  company: Pick<CompanyContext, 'isBreakGlass' | 'isCritical'>,
): readonly string[] {
  const { actor, accountRole, resources } = subject;
  const marks = [
    actor.kind === 'root' ? 'root' : '',
    actor.principal !== '' && company.isBreakGlass(actor.principal) ? 'break-glass' : '',
    resources.some((resource) => company.isCritical(resource)) ? 'critical' : '',
    GUARDING_ROLES.get(accountRole ?? '') ?? '',
  ];
  return marks.filter((mark) => mark !== '');
}
