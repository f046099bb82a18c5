import { type Static, Type } from 'typebox';

const MIB = 1024 * 1024;
const strict = { additionalProperties: false } as const;
const positive = (value: number) => Type.Integer({ minimum: 1, default: value });

const Role = Type.Object(
  { arn: Type.String({ pattern: '^arn:aws[a-z-]*:iam::' }), externalId: Type.Optional(Type.String()) },
  strict,
);

const Queue = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }),
    url: Type.String({ minLength: 1 }),
    region: Type.Optional(Type.String()),
    /** For an emulator or a VPC endpoint. */
    endpoint: Type.Optional(Type.String()),
    role: Type.Optional(Role),
    bucketRole: Type.Optional(Role),
    /** What `trailhive check` looks at; objects are read from whatever bucket a message names. */
    buckets: Type.Array(Type.String({ minLength: 3 }), { default: [] }),
    /** Objects outside these key prefixes are passed over and counted. Empty: all. */
    prefixes: Type.Array(Type.String(), { default: [] }),
  },
  strict,
);

const Journal = Type.Union(
  [
    Type.Object({ kind: Type.Literal('disk'), folder: Type.String({ minLength: 1 }) }, strict),
    Type.Object(
      {
        kind: Type.Literal('s3'),
        bucket: Type.String({ minLength: 3 }),
        prefix: Type.String({ default: '' }),
      },
      strict,
    ),
  ],
  { default: { kind: 'disk', folder: 'journal' } },
);

const severity = Type.Union([
  Type.Literal('informational'),
  Type.Literal('low'),
  Type.Literal('medium'),
  Type.Literal('high'),
  Type.Literal('critical'),
]);

/** Numbers that must rise from key to key (`load.ts` checks it). */
function weights<Key extends string>(defaults: Readonly<Record<Key, number>>, maximum = 10) {
  const properties = Object.fromEntries(
    Object.entries<number>(defaults).map(([key, value]) => [
      key,
      Type.Number({ minimum: 0, maximum, default: value }),
    ]),
  ) as Record<Key, ReturnType<typeof Type.Number>>;
  return Type.Object(properties, { ...strict, default: {} });
}

/**
 * `trailhive.yml`. Unknown keys are errors. Secrets are not in it: they come
 * from the environment (see `secrets.ts`).
 */
export const ConfigSchema = Type.Object(
  {
    aws: Type.Object(
      {
        region: Type.String({ default: 'eu-west-1' }),
        /** For an emulator or VPC endpoints; also tells S3 to use path-style addresses. */
        endpoint: Type.Optional(Type.String()),
      },
      { ...strict, default: {} },
    ),
    queues: Type.Array(Queue, { default: [] }),
    redis: Type.Object(
      {
        url: Type.String({ default: 'redis://127.0.0.1:6379' }),
        prefix: Type.String({ pattern: '^[a-z0-9-]{1,32}$', default: 'trailhive' }),
        /** 1 on a single Redis, 16 on a Cluster. Changing it empties the windows. */
        shards: Type.Integer({ minimum: 1, maximum: 1024, default: 1 }),
        /** `url` names a node of a Redis Cluster; the others are found through it. */
        cluster: Type.Boolean({ default: false }),
      },
      { ...strict, default: {} },
    ),
    journal: Journal,
    rules: Type.Object(
      {
        /** Load the rules that come with trailhive. */
        builtIn: Type.Boolean({ default: true }),
        /** Further folders of Sigma rules. */
        folders: Type.Array(Type.String({ minLength: 1 }), { default: [] }),
      },
      { ...strict, default: {} },
    ),
    context: Type.Object(
      {
        folder: Type.Optional(Type.String({ minLength: 1 })),
        /** Folder of IAM snapshots, one JSON file an account. */
        iam: Type.Optional(Type.String({ minLength: 1 })),
        /** How often a worker looks whether the files of both folders changed. */
        reloadSeconds: Type.Integer({ minimum: 1, maximum: 86_400, default: 60 }),
        /** How often a worker asks AWS for the snapshots anew; 0: never, somebody else writes them. */
        iamRefreshHours: Type.Integer({ minimum: 0, maximum: 720, default: 0 }),
        /** Roles whose accounts are asked; none: the account of the process. */
        iamRoles: Type.Array(Role, { default: [] }),
      },
      { ...strict, default: {} },
    ),
    /** Databases of addresses; absent: those that come with trailhive, and no list of Tor exits. */
    places: Type.Object(
      {
        /** An .mmdb file of countries: MaxMind's, DB-IP's or ip-location-db's. */
        country: Type.Optional(Type.String({ minLength: 1 })),
        /** An .mmdb file of networks (autonomous systems). */
        asn: Type.Optional(Type.String({ minLength: 1 })),
        /** A text file of Tor exits, one address a line. */
        torExits: Type.Optional(Type.String({ minLength: 1 })),
      },
      { ...strict, default: {} },
    ),
    templates: Type.Object(
      { folder: Type.Optional(Type.String({ minLength: 1 })) },
      { ...strict, default: {} },
    ),
    playbooks: Type.Object(
      {
        builtIn: Type.Boolean({ default: true }),
        folders: Type.Array(Type.String({ minLength: 1 }), { default: [] }),
        /** Hosts that `http.post` may reach. */
        allowedHosts: Type.Array(Type.String({ minLength: 1 }), { default: [] }),
      },
      { ...strict, default: {} },
    ),
    thehive: Type.Object(
      {
        url: Type.String({ pattern: '^https?://' }),
        organisation: Type.Optional(Type.String()),
        /** Extra CA certificates, PEM. */
        caFile: Type.Optional(Type.String()),
        /** Requests at the same time. */
        concurrency: Type.Integer({ minimum: 1, maximum: 32, default: 4 }),
        timeoutSeconds: Type.Integer({ minimum: 1, maximum: 300, default: 30 }),
        /** Custom statuses of this server and what they mean. */
        statuses: Type.Record(
          Type.String(),
          Type.Union([
            Type.Literal('true-positive'),
            Type.Literal('benign-true-positive'),
            Type.Literal('false-positive'),
            Type.Literal('indeterminate'),
            Type.Literal('duplicate'),
          ]),
          { default: {} },
        ),
      },
      strict,
    ),
    webhook: Type.Object(
      {
        host: Type.String({ default: '127.0.0.1' }),
        port: Type.Integer({ minimum: 0, maximum: 65535, default: 8080 }),
        maxBodyBytes: Type.Integer({ minimum: 1024, default: 1_048_576 }),
        requestsPerMinute: Type.Integer({ minimum: 1, default: 600 }),
      },
      { ...strict, default: {} },
    ),
    ingest: Type.Object(
      {
        /** Polling pauses while more batches than this wait. */
        maxBacklog: Type.Integer({ minimum: 1, default: 1000 }),
        /** Tries of an object, and receives of an unreadable message, before it is a dead letter. */
        attempts: Type.Integer({ minimum: 1, maximum: 20, default: 5 }),
        pollSeconds: Type.Integer({ minimum: 0, maximum: 20, default: 20 }),
        visibilitySeconds: Type.Integer({ minimum: 10, maximum: 43_200, default: 120 }),
        /** Wait before the second try of an object; it doubles with each further try, up to five minutes. */
        retryDelayMs: Type.Integer({ minimum: 1, default: 2000 }),
      },
      { ...strict, default: {} },
    ),
    /** Beyond them an object is a dead letter, a single record is set aside. */
    limits: Type.Object(
      {
        maxObjectBytes: Type.Integer({ minimum: 1024, default: 64 * MIB }),
        // The longest text that Node can hold is 512 MiB.
        maxInflatedBytes: Type.Integer({ minimum: 1024, maximum: 500 * MIB, default: 256 * MIB }),
        maxRecords: Type.Integer({ minimum: 1, default: 200_000 }),
        /** Groups that a correlation rule may have; the one whose newest event is oldest is dropped. */
        maxGroupsPerRule: Type.Integer({ minimum: 100, default: 100_000 }),
        maxRecordCharacters: Type.Integer({ minimum: 1024, default: 2 * MIB }),
      },
      { ...strict, default: {} },
    ),
    alerts: Type.Object(
      {
        /** An incident with an alert of this severity or more has a case. */
        caseSeverity: Type.Unsafe<Static<typeof severity>>({ ...severity, default: 'medium' }),
        incidentGapHours: positive(72),
        /** Events delivered later than this after they happened enter no window. */
        latenessHours: positive(24),
        /** How long after an event a window is decided that further events could falsify (`lt`, `not`, `value_avg`, …). */
        settlingMinutes: positive(30),
      },
      { ...strict, default: {} },
    ),
    score: Type.Object(
      {
        /** Points of a finding about which nothing else is known. */
        severity: weights({ informational: 10, low: 25, medium: 45, high: 65, critical: 85 }, 100),
        /** What the actor's policies would let it do; 1 where that is not known. */
        reach: weights({ none: 0.8, read: 0.9, write: 1, nearlyAdmin: 1.15, admin: 1.25 }),
        /** Of the asset that was touched, else of the account. */
        criticality: weights({ low: 0.7, medium: 1, high: 1.2, critical: 1.4 }),
        novelty: weights({ usual: 0.9, new: 1.2 }),
        place: weights({ company: 0.85, aws: 0.95, hosting: 1.1, tor: 1.3 }),
        /** The least scores of TheHive's severities; below `medium` it is low. */
        bands: weights({ medium: 35, high: 55, critical: 80 }, 100),
      },
      { ...strict, default: {} },
    ),
    suppression: Type.Object(
      {
        profile: Type.Union([Type.Literal('default'), Type.Literal('demo')], { default: 'default' }),
        /** How often TheHive is asked for verdicts that no webhook told. */
        pollMinutes: positive(5),
      },
      { ...strict, default: {} },
    ),
    workers: Type.Object(
      {
        batches: Type.Integer({ minimum: 1, maximum: 64, default: 4 }),
        deliveries: Type.Integer({ minimum: 1, maximum: 32, default: 4 }),
        playbooks: Type.Integer({ minimum: 1, maximum: 32, default: 2 }),
      },
      { ...strict, default: {} },
    ),
    log: Type.Object(
      {
        level: Type.Union(
          ['debug', 'info', 'warn', 'error', 'silent'].map((level) => Type.Literal(level)),
          { default: 'info' },
        ),
      },
      { ...strict, default: {} },
    ),
  },
  strict,
);

/** The checked, frozen configuration; all defaults filled in. */
export type Config = Static<typeof ConfigSchema>;

/** What never stands in a file: read from the environment, or from the file that `<NAME>_FILE` names. */
export interface Secrets {
  /** `TRAILHIVE_THEHIVE_KEY` */
  readonly theHiveKey: string;
  /** `TRAILHIVE_THEHIVE_ADMIN_KEY`: used by `setup thehive` alone. */
  readonly theHiveAdminKey: string | undefined;
  /** `TRAILHIVE_WEBHOOK_SECRET` */
  readonly webhookSecret: string;
  /** `TRAILHIVE_SECRET_<NAME>`: what playbooks name as `{{ secrets.name }}`. */
  readonly playbookSecrets: ReadonlyMap<string, string>;
}
