import type { Organisation } from './organisation.ts';

/** A large type that the data team works with: it is listed as in use. */
export const IN_USE_LARGE = 'r6i.8xlarge';

/** The company's context folder, as its people would write it: one file, JSON, which is YAML. */
export function contextTexts(org: Organisation): readonly { readonly file: string; readonly text: string }[] {
  const { accounts, images, imageOwners, regions } = org;
  const environments = {
    production: ['production', 'critical'],
    staging: ['staging', 'medium'],
    shared: ['shared', 'high'],
    security: ['security', 'high'],
    management: ['management', 'critical'],
    sandbox: ['sandbox', 'low'],
  } as const;
  const roles: Readonly<Record<string, string>> = { security: 'security', management: 'management' };
  const context = {
    accounts: Object.entries(environments).map(([name, [environment, criticality]]) => ({
      id: accounts[name as keyof typeof environments],
      name: `shop-${name}`,
      environment,
      criticality,
      ...(roles[name] === undefined ? {} : { role: roles[name] }),
    })),
    principals: [
      ...Object.values(accounts).flatMap((id) => [
        { arn: `arn:aws:iam::${id}:role/ci-*`, kind: 'pipeline', team: 'platform' },
        { arn: `arn:aws:iam::${id}:role/karpenter`, kind: 'service', team: 'platform' },
        { arn: `arn:aws:iam::${id}:role/posture-scanner`, kind: 'service', team: 'security' },
        { arn: `arn:aws:iam::${id}:role/AWSBackupDefaultServiceRole`, kind: 'service', team: 'platform' },
      ]),
      ...['otto', 'olga', 'oskar', 'oona'].map((user) => ({
        arn: `arn:aws:iam::${accounts.staging}:user/${user}`,
        kind: 'person',
        admin: true,
      })),
      ...Array.from({ length: 8 }, (_, at) => ({
        arn: `arn:aws:iam::${accounts.sandbox}:user/contractor-${at + 1}`,
        kind: 'person',
        admin: false,
      })),
    ],
    networks: [
      { name: 'offices', kind: 'company', cidrs: org.offices.map((address) => `${address}/32`) },
      { name: 'scanner', kind: 'company', cidrs: ['198.51.100.200/32'] },
      { name: 'runners', kind: 'nat', cidrs: ['192.0.2.0/26'] },
      { name: 'private', kind: 'company', cidrs: ['10.0.0.0/8'] },
    ],
    // What `trailhive context pull-images` finds each night, the bakery's images among it.
    images: [...images.own, ...images.fresh].map((id) => ({ id, owner: accounts.shared })),
    imageOwners: [
      { owner: imageOwners.amazon, allowed: true },
      { owner: imageOwners.vendor, allowed: true },
    ],
    instanceTypes: [{ types: [...org.instanceTypes, IN_USE_LARGE] }],
    regions: [{ regions: [regions.main, regions.second, 'us-east-1', 'us-east-2', 'us-west-2'] }],
  };
  const vendors = images.vendor.map((id) => ({ id, owner: imageOwners.vendor }));
  return [
    { file: 'company.yml', text: JSON.stringify(context) },
    { file: 'images.yml', text: JSON.stringify({ images: vendors }) },
  ];
}
