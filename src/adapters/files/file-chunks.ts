import { createReadStream, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gunzipSync, type ZlibOptions } from 'node:zlib';
import { CHUNK_BYTES, inflated } from './inflated.ts';

const gunzipAsync = promisify(gunzip);

/** A file that is not larger, and does not inflate to more, is read at once. */
const AT_ONCE_BYTES = 8 * 1024 * 1024;
const INFLATED_AT_ONCE_BYTES = 16 * 1024 * 1024;

/** Plain bytes, gzip or not before, in pieces that belong to the reader. */
export type Chunks = AsyncIterable<Buffer>;

/**
 * Starts to read a file of a known size; reading errors come out of the chunks.
 *
 * A small file is inflated on another thread, so that who opens the next while the last
 * is worked on has it ready; or, `inline`, on this one when its turn comes, which costs
 * less where every core is busy anyway. A large file is always inflated alongside.
 */
export function openFile(file: string, size: number, options: { readonly inline?: boolean } = {}): Chunks {
  if (size > AT_ONCE_BYTES) return readAlong(createReadStream(file, READING));
  return options.inline === true
    ? readAtOnce(file, async () => readWholeHere(file))
    : readAtOnce(
        file,
        startNow(() => readWhole(file)),
      );
}

const READING = { highWaterMark: CHUNK_BYTES };

type Reading = () => Promise<Buffer | undefined>;

function startNow(read: Reading): Reading {
  const whole = read();
  // Whoever iterates is told; until then a failure must not count as unhandled.
  whole.catch(() => undefined);
  return () => whole;
}

/** The same of bytes that come from elsewhere. */
export async function* readAlong(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of await inflated(source)) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
}

async function* readAtOnce(file: string, read: Reading): AsyncGenerator<Buffer> {
  const plain = await read();
  if (plain !== undefined) yield plain;
  else yield* readAlong(createReadStream(file, READING));
}

/** undefined where it inflates to more than is held at once, or not well: read along, it gives what it can. */
async function readWhole(file: string): Promise<Buffer | undefined> {
  const bytes = await readFile(file);
  if (!isGzip(bytes)) return bytes;
  try {
    return await gunzipAsync(bytes, inflating(bytes));
  } catch {
    return undefined;
  } finally {
    forgetBytes(bytes);
  }
}

/** The same without leaving the thread. */
function readWholeHere(file: string): Buffer | undefined {
  const bytes = readFileSync(file);
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes, inflating(bytes));
  } catch {
    return undefined;
  } finally {
    forgetBytes(bytes);
  }
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The last bytes of gzip say how long the text is: a hint for one buffer of the right size. It is bounded anyway. */
function inflating(bytes: Buffer): ZlibOptions {
  const said = bytes.length < 8 ? 0 : bytes.readUInt32LE(bytes.length - 4);
  const chunkSize = Math.min(INFLATED_AT_ONCE_BYTES, Math.max(CHUNK_BYTES, said + 1024));
  return { chunkSize, maxOutputLength: INFLATED_AT_ONCE_BYTES };
}

/**
 * Gives the memory of a whole file's bytes back at once, after which they are empty.
 * Left to the garbage collector, it would run for the sake of a few such buffers, and
 * hold many until then.
 */
export function forgetBytes(bytes: Buffer): void {
  const { buffer } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength >= CHUNK_BYTES;
  if (isWhole) structuredClone(undefined, { transfer: [buffer] });
}
