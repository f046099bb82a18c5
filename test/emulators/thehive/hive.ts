/**
 * What every room of the emulator is given: the state, the clock, the settings and the
 * way to tell the world about a change. Also the refusals that TheHive words as
 * `{type, message}`.
 */
import type { Stamp, State } from './store.ts';

/** What a test may ask of the emulator; every default is the behaviour thehive.md thinks likeliest for 5.6. */
export interface TheHiveOptions {
  /** The server's clock; objects are stamped by it and the index lags by it. */
  readonly now?: () => number;
  readonly port?: number;
  readonly version?: string;
  /** How long after its creation an object stays invisible to `/query`, ms. */
  readonly indexDelayMs?: number;
  /** A second promotion answers the case there is, or 400. */
  readonly promoteTwice?: 'existing' | 'refuse';
  readonly duplicateAlertStatus?: 400 | 409;
  /** What the audit of a merged or imported alert calls it; nobody has seen 5.6 do it. */
  readonly mergeAction?: 'update' | 'merge';
  /** A duplicate among new observables: the others are made (207), or none is (400). */
  readonly duplicateObservables?: 'partial' | 'refuse';
  readonly unknownDataTypeStatus?: 400 | 404;
  /** ATT&CK ids that the server's catalogue lacks; every other well-formed id is known. */
  readonly unknownPatterns?: readonly string[];
  /** Observable types that the server has besides the shipped ones. */
  readonly observableTypes?: readonly string[];
  readonly customFields?: readonly { readonly name: string; readonly type: string }[];
  /** Replaces the rights of the service account's key. */
  readonly permissions?: readonly string[];
  /** False turns the check against the OpenAPI document off. */
  readonly contract?: boolean;
}

/** Who asks. `requestId` joins the audits of one request. */
export interface Caller {
  readonly login: string;
  readonly organisation: 'SOC' | 'admin';
  readonly requestId: string;
}

export interface Audit {
  readonly action: 'create' | 'update' | 'delete' | 'merge';
  readonly objectType: string;
  readonly objectId: string;
  readonly rootId: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Absent on delete. */
  readonly object?: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
  /** False for what a request did besides its purpose. */
  readonly mainAction?: boolean;
}

export interface Hive {
  readonly state: State;
  readonly options: TheHiveOptions;
  now(): number;
  nextId(): string;
  nextCaseNumber(): number;
  audit(who: Caller, audit: Audit): void;
}

/** An answer that is not a success, as TheHive words it. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** The emulator lacks something that TheHive may have: refused, and heard of in `assertClean`. */
export class Unsupported extends Refusal {
  constructor(what: string) {
    super(400, 'BadRequest', `${what} is unknown to this emulator`);
  }
}

export const badRequest = (message: string): Refusal => new Refusal(400, 'BadRequest', message);
export const createError = (message: string, status = 400): Refusal =>
  new Refusal(status, 'CreateError', message);
export const notFound = (message: string): Refusal => new Refusal(404, 'NotFoundError', message);

export function stamp(hive: Hive, who: Caller, type: string): Stamp {
  return { _id: hive.nextId(), _type: type, _createdBy: who.login, _createdAt: hive.now() };
}

/**
 * Sets the named keys that `input` holds, null clearing them, and returns what changed.
 * The object counts as updated even if nothing did, as in TheHive.
 */
export function applyPatch(
  hive: Hive,
  who: Caller,
  entity: Stamp,
  keys: readonly string[],
  input: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const fields = entity as unknown as Record<string, unknown>;
  const details: Record<string, unknown> = {};
  for (const key of keys) {
    const value = input[key];
    if (value === undefined || JSON.stringify(value) === JSON.stringify(fields[key])) continue;
    details[key] = value;
    if (value === null) delete fields[key];
    else fields[key] = value;
  }
  entity._updatedBy = who.login;
  entity._updatedAt = hive.now();
  return details;
}

/** Tags after a patch: `tags` replaces, `addTags` and `removeTags` work on what is there. */
export function patchedTags(
  tags: readonly string[],
  input: {
    readonly tags?: readonly string[];
    readonly addTags?: readonly string[];
    readonly removeTags?: readonly string[];
  },
): string[] {
  const removed = new Set(input.removeTags ?? []);
  return [...new Set([...(input.tags ?? tags), ...(input.addTags ?? [])])].filter((tag) => !removed.has(tag));
}
