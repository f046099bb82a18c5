/** Who and what the server is: version, current user, query. */
import type { Hive } from './hive.ts';
import { runQuery } from './query.ts';
import type { Route } from './route.ts';

export const SERVICE_LOGIN = 'trailhive@soc.example';
export const ADMIN_LOGIN = 'admin@thehive.local';

export const SERVICE_RIGHTS: readonly string[] = [
  'manageAlert/create',
  'manageAlert/update',
  'manageAlert/delete',
  'manageAlert/import',
  'manageAlert/reopen',
  'manageCase/create',
  'manageCase/update',
  'manageCase/delete',
  'manageCase/merge',
  'manageCase/reopen',
  'manageCaseTemplate',
  'manageComment',
  'manageCustomEvent',
  'manageObservable',
  'managePage',
  'manageProcedure',
  'manageTask',
];

export const ADMIN_RIGHTS: readonly string[] = [
  'manageCustomField',
  'manageObservableTemplate',
  'managePattern',
  'managePlatform',
];

export function statusRoutes(hive: Hive, rightsOf: (login: string) => readonly string[]): Route[] {
  const version = hive.options.version ?? '5.6.2';
  return [
    {
      method: 'GET',
      path: '/status/public',
      status: 200,
      isPublic: true,
      handle: () => ({ sso: false, ssoProviders: [], version, imports: { mitreCatalog: 'Enterprise 16.1' } }),
    },
    {
      method: 'GET',
      path: '/status',
      status: 200,
      handle: () => ({
        version,
        gitDescription: version,
        connectors: {},
        config: {},
        license: {
          id: '~1',
          customer: 'emulator',
          instance: 'emulator',
          plan: 'Community',
          kind: 'Community',
          validFrom: 0,
          expiresAt: 4_102_444_800_000,
          isValid: true,
          quotas: {},
        },
      }),
    },
    {
      method: 'GET',
      path: '/user/current',
      status: 200,
      handle: ({ who }) => ({
        _id: who.organisation === 'admin' ? '~2' : '~3',
        _createdBy: ADMIN_LOGIN,
        _createdAt: 0,
        login: who.login,
        name: who.login.split('@')[0],
        hasKey: true,
        hasPassword: false,
        hasMFA: false,
        locked: false,
        profile: who.organisation === 'admin' ? 'admin' : 'analyst',
        permissions: [...rightsOf(who.login)],
        organisation: who.organisation,
        organisations: [],
        type: 'Service',
        extraData: {},
      }),
    },
    { method: 'POST', path: '/query', status: 200, handle: ({ body }) => runQuery(hive, body) },
  ];
}
