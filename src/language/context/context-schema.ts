/**
 * What people may write in `context/*.yml`: one list a subject. Any file may hold any
 * of them. `context/schema/` holds the same as JSON Schema, for editors.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { CRITICALITIES, NETWORK_KINDS } from '../../domain/company.ts';

const CLOSED = { additionalProperties: false };
const Word = Type.String({ minLength: 1, maxLength: 128 });
const Note = Type.Optional(Type.String({ description: 'for the next reader of the file' }));
const AccountId = Type.String({
  pattern: '^[0-9]{12}$',
  description: 'twelve digits in quotes, as in "111122223333"',
});
const ArnPattern = Type.String({
  pattern: '^arn:',
  maxLength: 2048,
  description: 'an ARN, in which * stands for any characters, as in arn:aws:s3:::payroll-*',
});
const Accounts = Type.Optional(Type.Array(AccountId, { minItems: 1, description: 'absent: all accounts' }));

const Account = Type.Object(
  {
    id: AccountId,
    name: Word,
    environment: Type.Optional(Word),
    owner: Type.Optional(Word),
    criticality: Type.Optional(Type.Enum([...CRITICALITIES])),
    role: Type.Optional(Type.Enum(['security', 'management', 'log-archive'])),
    note: Note,
  },
  CLOSED,
);

const Principal = Type.Object(
  {
    arn: ArnPattern,
    kind: Type.Optional(Type.Enum(['person', 'pipeline', 'service'])),
    owner: Type.Optional(Word),
    team: Type.Optional(Word),
    onCall: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'whom to call' })),
    admin: Type.Optional(Type.Boolean({ description: 'an administrator, whatever IAM says' })),
    breakGlass: Type.Optional(Type.Boolean({ description: 'for emergencies only: never suppressed' })),
    note: Note,
  },
  CLOSED,
);

const AdminGroup = Type.Object({ arn: ArnPattern, note: Note }, CLOSED);

const Network = Type.Object(
  {
    name: Word,
    kind: Type.Enum([...NETWORK_KINDS]),
    cidrs: Type.Array(
      Type.String({
        pattern: '^[0-9A-Fa-f.:]{2,45}(/[0-9]{1,3})?$',
        description: 'an address or network, as in 203.0.113.0/24 or "2001:db8::/32"',
      }),
      { minItems: 1 },
    ),
    note: Note,
  },
  CLOSED,
);

const ImageId = Type.String({
  pattern: '^ami-[0-9a-f]{8,17}$',
  description: 'an id, as in ami-0123456789abcdef0',
});
const ImageOwnerName = Type.String({
  pattern: '^([0-9]{12}|[a-z][a-z-]{2,32})$',
  description: 'an account id in quotes, or an alias such as amazon or aws-marketplace',
});
const Image = Type.Object(
  {
    id: ImageId,
    allowed: Type.Optional(Type.Boolean({ description: 'false: must not be used; absent: only known' })),
    owner: Type.Optional(ImageOwnerName),
    alias: Type.Optional(ImageOwnerName),
    name: Type.Optional(Type.String({ maxLength: 256 })),
    note: Note,
  },
  CLOSED,
);
const ImageOwner = Type.Object({ owner: ImageOwnerName, allowed: Type.Boolean(), note: Note }, CLOSED);

const InstanceTypes = Type.Object(
  {
    types: Type.Array(
      Type.String({
        pattern: '^[a-z0-9*?-]+(\\.[a-z0-9*?-]+)?$',
        description: 'an instance type, in which * stands for any characters, as in t3.*',
      }),
      { minItems: 1 },
    ),
    accounts: Accounts,
    note: Note,
  },
  CLOSED,
);

const Regions = Type.Object(
  {
    regions: Type.Array(
      Type.String({ pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$', description: 'a region, as in eu-west-1' }),
      { minItems: 1 },
    ),
    accounts: Accounts,
    note: Note,
  },
  CLOSED,
);

const Asset = Type.Object(
  {
    arn: ArnPattern,
    name: Type.Optional(Word),
    criticality: Type.Optional(Type.Enum([...CRITICALITIES])),
    critical: Type.Optional(Type.Boolean({ description: 'true: a crown jewel, as criticality: critical' })),
    owner: Type.Optional(Word),
    note: Note,
  },
  CLOSED,
);

const Clock = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  description: 'a time in quotes, as in "08:00"',
});
const WorkingHours = Type.Object(
  {
    timezone: Type.String({ minLength: 1, maxLength: 64, description: 'as in Europe/Berlin' }),
    days: Type.Array(Type.Enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']), {
      minItems: 1,
      uniqueItems: true,
    }),
    from: Clock,
    to: Clock,
    holidays: Type.Optional(
      Type.Array(Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description: 'a day in quotes' })),
    ),
    accounts: Accounts,
    principals: Type.Optional(Type.Array(ArnPattern, { minItems: 1, description: 'absent: everybody' })),
    note: Note,
  },
  CLOSED,
);

const Placeholders = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9_.-]{1,128}$' }),
  Type.Array(Type.String({ minLength: 1, maxLength: 2048 }), { minItems: 1, maxItems: 4096 }),
  { ...CLOSED, description: 'a name of letters, digits, "_", "." and "-", without the percent signs' },
);

const lists = {
  accounts: Type.Optional(Type.Array(Account)),
  principals: Type.Optional(Type.Array(Principal)),
  adminGroups: Type.Optional(Type.Array(AdminGroup)),
  networks: Type.Optional(Type.Array(Network)),
  images: Type.Optional(Type.Array(Image)),
  imageOwners: Type.Optional(Type.Array(ImageOwner)),
  instanceTypes: Type.Optional(Type.Array(InstanceTypes)),
  regions: Type.Optional(Type.Array(Regions)),
  assets: Type.Optional(Type.Array(Asset)),
  workingHours: Type.Optional(Type.Array(WorkingHours)),
  placeholders: Type.Optional(Placeholders),
};

/** Schema of one context file. The lists of all files add up. */
export const ContextSchema = Type.Object(lists, CLOSED);

export type ContextFile = Static<typeof ContextSchema>;
export type ContextList = Exclude<keyof ContextFile, 'placeholders'>;
export type ContextEntry<List extends ContextList> = NonNullable<ContextFile[List]>[number];

/** The published schema of each example file, by name; `context` is that of a file of any lists. */
export const CONTEXT_SCHEMAS: Readonly<Record<string, TSchema>> = {
  accounts: only('accounts'),
  principals: only('principals', 'adminGroups'),
  networks: only('networks'),
  images: only('images', 'imageOwners'),
  'instance-types': only('instanceTypes'),
  regions: only('regions'),
  assets: only('assets'),
  'working-hours': only('workingHours'),
  placeholders: only('placeholders'),
  context: ContextSchema,
};

function only(...names: readonly (keyof typeof lists)[]): TSchema {
  return Type.Object(Object.fromEntries(names.map((name) => [name, lists[name]])), CLOSED);
}
