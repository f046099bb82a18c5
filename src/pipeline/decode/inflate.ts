import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { TrailhiveError } from '../../domain/errors.ts';
import type { DecodeLimits } from './limits.ts';

const gunzipAsync = promisify(gunzip);

/** Large steps: the default of 16 KB costs more in hops between threads than the inflating itself. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * The plain text behind bytes that are gzip (known by its magic number, not by a
 * file name) or plain. Memory is bounded: inflating stops at the limit.
 *
 * Throws `input` for what is too large, broken, truncated or no UTF-8.
 */
export async function inflate(bytes: Uint8Array, limits: DecodeLimits): Promise<string> {
  if (bytes.length > limits.maxCompressedBytes)
    throw new TrailhiveError('input', `object is larger than ${limits.maxCompressedBytes} bytes`);
  const plain = isGzip(bytes) ? await gunzipBounded(bytes, limits) : bytes;
  if (plain.length > limits.maxInflatedBytes) throw tooLarge(limits);
  return textOf(plain);
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function gunzipBounded(bytes: Uint8Array, limits: DecodeLimits): Promise<Uint8Array> {
  try {
    return await gunzipAsync(bytes, { maxOutputLength: limits.maxInflatedBytes, chunkSize: CHUNK_BYTES });
  } catch (error) {
    throw classify(error, limits);
  }
}

function classify(error: unknown, limits: DecodeLimits): TrailhiveError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(limits);
  if (code === 'Z_BUF_ERROR') return new TrailhiveError('input', 'gzip data is truncated', { cause: error });
  return new TrailhiveError('input', 'gzip data is broken', { cause: error });
}

function tooLarge(limits: DecodeLimits): TrailhiveError {
  return new TrailhiveError('input', `object inflates to more than ${limits.maxInflatedBytes} bytes`);
}

function textOf(plain: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch (error) {
    throw new TrailhiveError('input', 'object is neither gzip nor text', { cause: error });
  }
}
