import { createHash } from 'node:crypto';
import { Command, type Redis } from 'ioredis';
import { loadScript } from './connection.ts';

/** Arguments in the words of the protocol, in the order they were added. */
export interface WireArguments {
  add(text: string): void;
  /** Two texts as one argument: a long one is not copied to be measured. */
  addJoined(head: string, tail: string): void;
  readonly count: () => number;
  readonly text: () => string;
}

export function createWireArguments(): WireArguments {
  let count = 0;
  let wire = '';
  return {
    add(text) {
      count += 1;
      wire += `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
    },
    addJoined(head, tail) {
      count += 1;
      wire += `$${Buffer.byteLength(head) + Buffer.byteLength(tail)}\r\n${head}${tail}\r\n`;
    },
    count: () => count,
    text: () => wire,
  };
}

/** A Lua script of one key whose arguments are many and long. */
export type LongScript = (key: string, args: WireArguments) => Promise<unknown>;

/**
 * Calls `lua/<name>.lua` with arguments that were written out before: the client
 * would copy and measure each of them several times.
 */
export function defineLongScript(redis: Redis, name: string): LongScript {
  const lua = loadScript(name);
  const sha = createHash('sha1').update(lua).digest('hex');
  return async (key, args) => {
    try {
      return await send(redis, wireCommand('evalsha', sha, key, args));
    } catch (error) {
      // A Redis that was restarted, or a node that did not see the script before.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await send(redis, wireCommand('eval', lua, key, args));
    }
  };
}

async function send(redis: Redis, command: Command): Promise<unknown> {
  return await redis.sendCommand(command);
}

/** The client knows the key, which names the node of a Cluster; the rest only passes through. */
function wireCommand(name: 'eval' | 'evalsha', script: string, key: string, args: WireArguments): Command {
  const command = new Command(name, [script, '1', key], { replyEncoding: 'utf8' });
  const head = [name, script, '1', key].map((text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`).join('');
  command.toWritable = () => `*${4 + args.count()}\r\n${head}${args.text()}`;
  return command;
}
