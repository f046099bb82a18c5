import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** Where the server is on PATH; undefined: there is none, and no Cluster can be started. */
export function redisServerOnPath(): string | undefined {
  try {
    return (
      execFileSync('/bin/sh', ['-c', 'command -v redis-server'], { encoding: 'utf8' }).trim() || undefined
    );
  } catch {
    return undefined;
  }
}

export interface TestCluster {
  /** URL of one of its nodes. */
  readonly url: string;
  stop(): Promise<void>;
}

interface Node {
  readonly port: number;
  readonly busPort: number;
  readonly process: ChildProcess;
  readonly redis: Redis;
}

const SLOTS = 16_384;
const NODES = 3;

/** A Redis Cluster of three nodes without replicas, on free loopback ports. */
export async function startRedisCluster(binary: string): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'trailhive-cluster-'));
  const nodes: Node[] = [];
  const stop = async () => {
    for (const { redis, process } of nodes) {
      redis.disconnect();
      process.kill('SIGKILL');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (let index = 0; index < NODES; index += 1) nodes.push(await startNode(binary, folder, index));
    await Promise.all(nodes.map(({ redis }) => redis.ping()));
    await introduce(nodes);
    return { url: `redis://127.0.0.1:${nodes[0]?.port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startNode(binary: string, folder: string, index: number): Promise<Node> {
  // @ts-expect-error plain JavaScript, so that it runs before any package is installed
  const { freePort } = await import('../../scripts/redis.mjs');
  const [port, busPort] = [await freePort(), await freePort()];
  const settings = [
    ...['--port', port, '--cluster-port', busPort, '--bind', '127.0.0.1', '--dir', folder],
    ...['--cluster-enabled', 'yes', '--cluster-config-file', `nodes-${index}.conf`],
    ...['--cluster-node-timeout', '5000', '--save', '', '--appendonly', 'no'],
  ];
  const process = spawn(binary, settings.map(String), { stdio: 'ignore' });
  const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: 100, retryStrategy: () => 50 });
  redis.on('error', () => {});
  return { port, busPort, process, redis };
}

/** Shares the slots out, introduces the nodes to each other, and waits until all agree. */
async function introduce(nodes: readonly Node[]): Promise<void> {
  const [first] = nodes;
  for (const [index, { redis }] of nodes.entries()) {
    const from = Math.floor((index * SLOTS) / NODES);
    const to = Math.floor(((index + 1) * SLOTS) / NODES) - 1;
    await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
    await redis.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
  }
  for (const { port, busPort } of nodes.slice(1)) {
    await first?.redis.call('CLUSTER', 'MEET', '127.0.0.1', String(port), String(busPort));
  }
  const until = Date.now() + 20_000;
  for (const { redis } of nodes) {
    while (!(await agrees(redis))) {
      if (Date.now() > until) throw new Error('the Redis Cluster did not come together');
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

async function agrees(redis: Redis): Promise<boolean> {
  const info = String(await redis.call('CLUSTER', 'INFO'));
  return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${NODES}`);
}
