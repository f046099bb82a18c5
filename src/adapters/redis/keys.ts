import { hashOf } from '../../domain/hash.ts';

/**
 * Every Redis key that trailhive itself writes, built here and nowhere else
 * (BullMQ's own keys live under the prefix `{<prefix>}`).
 *
 * Form: `<prefix>:{<tag>}:<what>[:<id>]`. The tag in braces decides the Cluster
 * slot, so keys that one script touches share a tag. An id is a hash or a name
 * from our own code, never text out of a record. Every key has a TTL, set by
 * the store that writes it.
 */
export function createKeys(prefix: string, shards: number) {
  const key = (tag: string, ...parts: readonly (string | number)[]) =>
    [`${prefix}:{${tag}}`, ...parts].join(':');
  return {
    shards,

    /** Receipts: messages, refs and revisions, joined by scripts that derive their keys from one base. */
    receipts: {
      /** `lua/receipts-*.lua` append `m:…`, `r:…`, `f:…` and `q:…` to it. */
      base: () => key('receipts', ''),
    },

    windows: {
      /** One hash names a group; its shard follows from it, so groups of one shard go in one script call. */
      group: remembered((ruleId: string, group: string) => hashOf([ruleId, group])),
      shardOf: (groupHash: string) => shardOfHash(groupHash, shards),
      /** `lua/windows-*.lua` append `<group>:…`, `g:<rule>`, `l:<rule>`, `due`, `claims` and `claimed` to it. */
      base: (shard: number) => key(`w${shard}`, 'win', ''),
      due: (shard: number) => key(`w${shard}`, 'win', 'due'),
    },

    alerts: {
      /** Hash: `alert`, `revision`, `delivered`, `deliveredRevision`. */
      alert: (fingerprint: string) => key(`a${shardOf([fingerprint], shards)}`, 'alert', fingerprint),
      /** Sorted set of the alert's events by event time. */
      members: (fingerprint: string) =>
        key(`a${shardOf([fingerprint], shards)}`, 'alert-members', fingerprint),
      /** Sorted set of the shard's fingerprints that TheHive does not have yet, by first event. */
      undelivered: (fingerprint: string) => key(`a${shardOf([fingerprint], shards)}`, 'undelivered'),
      allUndelivered: () => Array.from({ length: shards }, (_, shard) => key(`a${shard}`, 'undelivered')),
    },

    baselines: {
      shardOf: (ruleId: string, group: string) => shardOf([ruleId, group], shards),
      /** `lua/baselines-add.lua` appends the hash of the rule and more to it. */
      base: (shard: number) => key(`b${shard}`, 'line', ''),
    },

    heartbeats: {
      shardOf: (ruleId: string) => shardOf([ruleId], shards),
      /** `lua/heartbeats-*.lua` append the hash of the rule and more to it. */
      base: (shard: number) => key(`h${shard}`, 'beat', ''),
      /** Hash: `d:<queue>`, `n:<queue>`, `i:<queue>` -> epoch ms. */
      clocks: () => key('heartbeats', 'clocks'),
    },

    incidents: {
      /** `lua/incidents-*.lua` append `n:…`, `l:…`, `m:…` and `c:…` to it. */
      base: () => key('incidents', ''),
    },

    lineage: {
      /** `lua/lineage-*.lua` append `p:…`, `f:…` and `x:…` to it. */
      base: () => key('lineage', ''),
    },

    suppressions: {
      /** Hash: id -> `createdAt JSON`. */
      entries: () => key('suppressions', 'entries'),
      /** Set of the findings that a suppression hid or would have hidden. */
      hits: (id: string) => key('suppressions', 'hits', hashOf([id])),
    },

    deadLetters: {
      /** Sorted set of tokens (hashes of ids) by last time. */
      index: () => key('dead', 'index'),
      /** `lua/dead-letters-put.lua` appends a token to it. */
      items: () => key('dead', 'item', ''),
      item: (token: string) => key('dead', 'item', token),
    },

    runs: {
      /** Hash of one playbook run: `startedAt`, `finishedAt`, `s:<step>` -> result as JSON. */
      run: (runId: string) => key(`r${shardOf([runId], shards)}`, 'run', hashOf([runId])),
    },

    locks: {
      lock: (name: string) => key('locks', hashOf([name])),
    },

    notes: {
      value: (name: string) => key('notes', 'value', hashOf([name])),
      /** One hash of all counts, field = name. */
      counts: () => key('notes', 'counts'),
    },
  };
}

const HASHES_KEPT = 5_000;

/** The same groups come again with every batch, and hashing them is a good part of what they cost. */
function remembered(hash: (ruleId: string, group: string) => string): typeof hash {
  let known = new Map<string, string>();
  return (ruleId, group) => {
    const name = `${ruleId.length}:${ruleId}${group}`;
    const found = known.get(name) ?? hash(ruleId, group);
    if (known.size >= HASHES_KEPT) known = new Map();
    known.set(name, found);
    return found;
  };
}

/** Spreads identities evenly over the shards; the same on every process. */
function shardOf(parts: readonly string[], shards: number): number {
  return shardOfHash(hashOf(parts), shards);
}

function shardOfHash(hash: string, shards: number): number {
  return Number.parseInt(hash.slice(0, 8), 16) % shards;
}

export type Keys = ReturnType<typeof createKeys>;
