import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Batch, BatchRef, ObjectRef } from '../../domain/batch.ts';
import { describeRef } from '../../domain/batch.ts';
import { TrailhiveError } from '../../domain/errors.ts';
import type { BatchReader } from '../../domain/ports.ts';

/** The S3 room reads the bytes behind a ref and nothing more: what is in them is decode's. */
export interface S3ReaderOptions {
  /** The client with the rights for this object: a bucket may name its own role. */
  readonly clientFor: (ref: ObjectRef) => S3Client;
  /** As stored, so compressed: a larger object is refused, by its stated length and again while reading. */
  readonly maxBytes: number;
}

/**
 * Reads objects from S3, and inline refs from themselves.
 *
 * Throws `input` for what is too large, archived or missing: after the job's tries
 * it is a dead letter. Denied access is `retryable`, because a person can mend it,
 * with `details.remedy`; so is everything that may pass.
 */
export function createS3Reader(options: S3ReaderOptions): BatchReader {
  return {
    async read(ref: BatchRef): Promise<Batch> {
      const bytes =
        ref.kind === 'inline'
          ? checkedSize(Buffer.from(ref.body, 'utf8'), options.maxBytes, ref)
          : await readObject(options.clientFor(ref), ref, options.maxBytes);
      return { ref, bytes };
    },
  };
}

async function readObject(client: S3Client, ref: ObjectRef, maxBytes: number): Promise<Uint8Array> {
  try {
    const answer = await client.send(new GetObjectCommand({ Bucket: ref.bucket, Key: ref.key }));
    const body = answer.Body as (AsyncIterable<Uint8Array> & { destroy?: () => void }) | undefined;
    if (body === undefined) return new Uint8Array();
    if ((answer.ContentLength ?? 0) > maxBytes) {
      body.destroy?.();
      throw tooLarge(ref, maxBytes);
    }
    return await collect(body, ref, maxBytes);
  } catch (error) {
    throw error instanceof TrailhiveError ? error : classified(error, ref);
  }
}

/** Leaving the loop early ends the stream and its connection. */
async function collect(
  body: AsyncIterable<Uint8Array>,
  ref: ObjectRef,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(ref, maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function checkedSize(bytes: Uint8Array, maxBytes: number, ref: BatchRef): Uint8Array {
  if (bytes.byteLength > maxBytes) throw tooLarge(ref, maxBytes);
  return bytes;
}

function tooLarge(ref: BatchRef, maxBytes: number): TrailhiveError {
  return new TrailhiveError('input', `the object is larger than ${maxBytes} bytes`, {
    details: { object: describeRef(ref), maxBytes },
  });
}

function classified(error: unknown, ref: ObjectRef): TrailhiveError {
  const name = error instanceof Error ? error.name : 'unknown';
  const details = { object: describeRef(ref), reason: name };
  if (name === 'NoSuchKey' || name === 'NotFound') {
    return new TrailhiveError('input', 'the object does not exist', { cause: error, details });
  }
  if (name === 'NoSuchBucket') {
    return new TrailhiveError('input', 'the bucket does not exist', { cause: error, details });
  }
  if (name === 'InvalidObjectState') {
    return new TrailhiveError('input', 'the object is archived and must be restored first', {
      cause: error,
      details,
    });
  }
  if (isDenied(error)) return denied(error, details);
  return new TrailhiveError('retryable', `the object could not be read (${name})`, { cause: error, details });
}

function isDenied(error: unknown): boolean {
  const name = error instanceof Error ? error.name : '';
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return name === 'AccessDenied' || name.startsWith('KMS.') || status === 403;
}

/**
 * S3 gives one name, AccessDenied, to both missing rights; only its text tells
 * them apart. The text decides nothing but which remedy is shown.
 */
function denied(error: unknown, details: Readonly<Record<string, unknown>>): TrailhiveError {
  const text = error instanceof Error ? `${error.name} ${error.message}` : '';
  const right = /kms/i.test(text) ? 'kms:Decrypt' : 's3:GetObject';
  return new TrailhiveError('retryable', `access to the object is denied: ${right} is missing`, {
    cause: error,
    details: { ...details, right, remedy: `grant ${right} to the role that reads this bucket` },
  });
}
