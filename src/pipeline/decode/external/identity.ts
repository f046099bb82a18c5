import type { Actor } from '../../../domain/event.ts';
import { partitionOf, unhidden } from '../../../domain/record.ts';

/** Whose credentials a finding names, in the words of both products. */
export interface NamedIdentity {
  /** `IAMUser`, `AssumedRole`, `Role`, `Root`, `FederatedUser`, … */
  readonly type: string;
  readonly userName: string;
  /** `AIDA…`, or `AROA…:session` */
  readonly principalId: string;
  readonly accessKeyId: string;
  readonly account: string;
  readonly region: string;
}

/**
 * The identity as CloudTrail events state it, so that a finding joins the incident of
 * its actor. A finding does not tell the path of a user or role: one with a path is
 * joined by its access key or session.
 */
export function actorOfIdentity(identity: NamedIdentity): Actor | undefined {
  const { account, region } = identity;
  const userName = unhidden(identity.userName);
  const partition = partitionOf(region);
  const [, sessionName = ''] = identity.principalId.split(':');
  const rest = { account, ...keyOf(identity.accessKeyId) };
  const type = identity.type.toLowerCase();
  if (type === 'root' || userName.toLowerCase() === 'root')
    return { kind: 'root', nature: 'root', principal: `root:${account}`, name: 'root', ...rest };
  if (userName === '') return rest.accessKeyId === undefined ? undefined : nobody(rest);
  if (type.includes('role')) {
    const session = `arn:${partition}:sts::${account}:assumed-role/${userName}/${sessionName}`;
    return {
      kind: 'role',
      principal: `arn:${partition}:iam::${account}:role/${userName}`,
      name: [userName, sessionName].filter((part) => part !== '').join('/'),
      ...(sessionName === '' ? {} : { session, sessionName }),
      ...rest,
    };
  }
  const principal = `arn:${partition}:iam::${account}:user/${userName}`;
  return { kind: type.includes('federated') ? 'federated' : 'user', principal, name: userName, ...rest };
}

function nobody(rest: Pick<Actor, 'account' | 'accessKeyId'>): Actor {
  return { kind: 'unknown', principal: '', name: '', ...rest };
}

function keyOf(accessKeyId: string): Pick<Actor, 'accessKeyId' | 'credential'> {
  if (!/^A[A-Z0-9]{15,127}$/.test(accessKeyId)) return {};
  if (accessKeyId.startsWith('AKIA')) return { accessKeyId, credential: 'permanent' };
  return accessKeyId.startsWith('ASIA') ? { accessKeyId, credential: 'temporary' } : { accessKeyId };
}
