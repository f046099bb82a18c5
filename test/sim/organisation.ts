import { type Random, randomOf } from './random.ts';

/** A small company on AWS, as far as its log shows it. Everything follows from the seed. */
export interface Organisation {
  readonly seed: number;
  readonly accounts: { readonly [Name in AccountName]: string };
  readonly regions: { readonly main: string; readonly second: string; readonly opened: string };
  /** People of Identity Center, office and home addresses stable. */
  readonly people: readonly Person[];
  readonly offices: readonly string[];
  /** AMIs by what they are. */
  readonly images: {
    readonly own: readonly string[];
    readonly vendor: readonly string[];
    /** Built by the company's pipeline during the fortnight. */
    readonly fresh: readonly string[];
  };
  readonly imageOwners: { readonly vendor: string; readonly amazon: string };
  readonly instanceTypes: readonly string[];
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly keyAlias: string;
}

export type AccountName = 'management' | 'security' | 'shared' | 'staging' | 'production' | 'sandbox';

export interface Person {
  /** Name at Identity Center, an address. */
  readonly name: string;
  readonly team: 'platform' | 'shop' | 'data' | 'security' | 'finance';
  /** Permission set that the person works with. */
  readonly permissionSet: 'AdministratorAccess' | 'PowerUser' | 'ReadOnly' | 'Billing';
  readonly home: string;
  readonly office: string;
  readonly agent: string;
  readonly userId: string;
}

const NAMES = [
  ['ada', 'platform'],
  ['ben', 'platform'],
  ['chiara', 'platform'],
  ['dmitri', 'shop'],
  ['elif', 'shop'],
  ['fatou', 'shop'],
  ['goran', 'shop'],
  ['hana', 'data'],
  ['ines', 'data'],
  ['jonas', 'data'],
  ['kaja', 'security'],
  ['liam', 'security'],
  ['mara', 'finance'],
  ['noor', 'shop'],
] as const;

const AGENTS = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36 Edg/128.0.0.0',
  'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0',
];

/** Addresses are from the ranges that are kept for documentation. */
export function createOrganisation(seed: number): Organisation {
  const random = randomOf(seed, 'organisation');
  const offices = ['198.51.100.10', '198.51.100.26'];
  return {
    seed,
    accounts: {
      management: '210000000001',
      security: '210000000002',
      shared: '210000000003',
      staging: '210000000004',
      production: '210000000005',
      sandbox: '210000000006',
    },
    regions: { main: 'eu-central-1', second: 'eu-west-1', opened: 'eu-north-1' },
    people: NAMES.map(([name, team], at) => ({
      name: `${name}@shop.example`,
      team,
      permissionSet: permissionSetOf(team),
      home: `203.0.113.${20 + at * 7}`,
      office: offices[at % 2] ?? '198.51.100.10',
      agent: AGENTS[at % AGENTS.length] ?? '',
      userId: random.uuid(),
    })),
    offices,
    images: {
      own: images(random, 4),
      vendor: images(random, 3),
      fresh: images(random, 14),
    },
    imageOwners: { vendor: '679593333241', amazon: '137112412989' },
    instanceTypes: ['t3.medium', 't3.large', 'm6i.large', 'm6i.xlarge', 'c6i.xlarge', 'r6i.large'],
    vpc: `vpc-${random.hex(17)}`,
    subnets: Array.from({ length: 3 }, () => `subnet-${random.hex(17)}`),
    keyAlias: `arn:aws:kms:eu-central-1:210000000005:key/${random.uuid()}`,
  };
}

function images(random: Random, count: number): string[] {
  return Array.from({ length: count }, () => `ami-0${random.hex(16)}`);
}

function permissionSetOf(team: Person['team']): Person['permissionSet'] {
  if (team === 'platform') return 'AdministratorAccess';
  if (team === 'security') return 'ReadOnly';
  return team === 'finance' ? 'Billing' : 'PowerUser';
}
