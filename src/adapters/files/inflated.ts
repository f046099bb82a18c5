import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Large steps: the default of 16 KB costs more in hops between threads than the inflating itself. */
export const CHUNK_BYTES = 512 * 1024;

/** The bytes as they are, or inflated where they start as gzip does. */
export async function inflated(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<AsyncIterable<Uint8Array>> {
  const chunks = Symbol.asyncIterator in bytes ? bytes[Symbol.asyncIterator]() : bytes[Symbol.iterator]();
  const head = await firstBytes(chunks);
  const whole = Readable.from(following(head, chunks), { objectMode: false });
  if (head[0] !== 0x1f || head[1] !== 0x8b) return whole;
  // Errors surface where the result is read; the callback only keeps them from being thrown twice.
  return pipeline(whole, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);
}

type Chunks = AsyncIterator<Uint8Array> | Iterator<Uint8Array>;

/** At least two bytes, where there are two: a pipe may hand out one alone. */
async function firstBytes(chunks: Chunks): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array();
  while (head.length < 2) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* following(head: Uint8Array, chunks: Chunks): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}
