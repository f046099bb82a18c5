import accessLevels from './access-levels.json' with { type: 'json' };

/** An action as IAM writes it, and what kind of access it is. */
export interface IamActionFacts {
  /** `s3` */
  readonly service: string;
  /** `PutBucketPolicy`, in IAM's own letters. */
  readonly name: string;
  /** `List`, `Read`, `Write`, `Tagging` or `Permissions management`. */
  readonly level: string;
}

const SERVICES: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map(
  Object.entries(accessLevels.services),
);

/** Actions of a service by lower-case name, made when first asked for: most services are never seen. */
const indexes = new Map<string, ReadonlyMap<string, IamActionFacts>>();
const NOTHING: ReadonlyMap<string, IamActionFacts> = new Map();

/** The prefixes that actions have, `s3`, `iam`, … */
export function iamServices(): Iterable<string> {
  return SERVICES.keys();
}

/** All actions of a service by their lower-case name; empty for a service that IAM does not have. */
export function iamActionsOf(service: string): ReadonlyMap<string, IamActionFacts> {
  const made = indexes.get(service);
  if (made !== undefined) return made;
  const levels = SERVICES.get(service);
  if (levels === undefined) return NOTHING;
  const index = new Map(
    Object.entries(levels).flatMap(([level, names]) =>
      names.split(' ').map((name) => [name.toLowerCase(), { service, name, level }] as const),
    ),
  );
  indexes.set(service, index);
  return index;
}
