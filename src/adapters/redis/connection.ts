import { readFileSync } from 'node:fs';
import { type RedisOptions as ClientOptions, Cluster, type DNSLookupFunction, Redis } from 'ioredis';
import type { Log } from '../../domain/ports.ts';

/**
 * The Redis room holds the working memory: one file a store, scripts in `lua/`,
 * keys in keys.ts. It decides nothing; what it holds may be lost at any time.
 */
export interface RedisOptions {
  readonly url: string;
  /** `url` names a node of a Redis Cluster; the others are found through it. */
  readonly cluster?: boolean;
  /** Shown by CLIENT LIST. */
  readonly name?: string;
  readonly log?: Log;
  /** How often a command is tried over reconnects before it fails; null: it waits for Redis to come back. */
  readonly maxRetriesPerRequest?: number | null;
}

/**
 * A connection that reconnects by itself. The caller ends it with `quit()`.
 *
 * That to a Cluster has the commands of a single Redis, as long as the keys of one
 * call share a tag; it says so with the type of a single one, to spare every store
 * the difference.
 */
export function createRedis(options: RedisOptions): Redis {
  const redisOptions = {
    maxRetriesPerRequest: options.maxRetriesPerRequest === undefined ? null : options.maxRetriesPerRequest,
    ...(options.name === undefined ? {} : { connectionName: options.name }),
  };
  const redis = options.cluster
    ? (new Cluster([options.url], clusterOptions(options.url, redisOptions)) as unknown as Redis)
    : new Redis(options.url, redisOptions);
  // Without a listener ioredis prints to the console.
  redis.on('error', (error: Error) =>
    options.log?.warn({ reason: error.message }, 'redis connection failed'),
  );
  return redis;
}

const plainLookup: DNSLookupFunction = (address, done) => done(null, address);

/** What the nodes that are found need to know from the one that is named: who we are, and TLS. */
function clusterOptions(
  url: string,
  redisOptions: Pick<ClientOptions, 'maxRetriesPerRequest' | 'connectionName'>,
) {
  const { username, password, protocol } = new URL(url);
  return {
    redisOptions: {
      ...redisOptions,
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
    // Certificates name hosts, and a managed Cluster answers with names.
    ...(protocol === 'rediss:' ? { dnsLookup: plainLookup } : {}),
  };
}

/** A Lua script, ready to call: by SHA, sent again by itself after a restart of Redis. */
export type Script = (
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
) => Promise<unknown>;

const libraries = new Map<string, string>();

/** The text of `lua/<name>.lua`. */
export function loadScript(name: string): string {
  const lua = libraries.get(name) ?? readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
  libraries.set(name, lua);
  return lua;
}

/**
 * Defines `lua/<name>.lua` on the connection and returns the call.
 *
 * Several definitions of one name are one command. The number of keys is that of
 * the call, so a script may take a varying number.
 */
export function defineScript(redis: Redis, name: string): Script {
  const lua = loadScript(name);
  redis.defineCommand(name, { lua });
  const commands = redis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  return async (keys, args) => {
    const command = commands[name];
    if (command === undefined) throw new Error(`script ${name} is not defined on this connection`);
    return await command.call(redis, keys.length, ...keys, ...args);
  };
}

/** What trailhive needs to know of a server before it trusts it. */
export interface RedisFacts {
  /** `7.0.15` */
  readonly version: string;
  /** `noeviction`, or undefined where the server does not tell. */
  readonly evictionPolicy: string | undefined;
}

/** Reads version and eviction policy from INFO, which a managed Redis answers as well. */
export async function inspectRedis(redis: Redis): Promise<RedisFacts> {
  const info = await redis.info();
  const version = /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown';
  const fromInfo = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  return { version, evictionPolicy: fromInfo };
}
