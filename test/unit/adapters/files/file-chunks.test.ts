import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetBytes, openFile, readAlong } from '../../../../src/adapters/files/file-chunks.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhive-chunks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function read(bytes: Uint8Array, inline: boolean): Promise<Buffer> {
  const file = join(folder, 'x');
  writeFileSync(file, bytes);
  const chunks: Buffer[] = [];
  for await (const chunk of openFile(file, statSync(file).size, { inline })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const small = Buffer.from('{"Records":[]}');
const large = Buffer.alloc(20 * 1024 * 1024, 'abc');

describe.each([false, true])('openFile, inline: %s', (inline) => {
  it.each([
    ['plain bytes', small, small],
    ['gzip', gzipSync(small), small],
    [
      'several members of gzip',
      Buffer.concat([gzipSync(large), gzipSync(small)]),
      Buffer.concat([large, small]),
    ],
    ['what inflates to more than is held at once', gzipSync(large), large],
    ['nothing', Buffer.alloc(0), Buffer.alloc(0)],
  ])('reads %s', async (_name, bytes, expected) => {
    expect((await read(bytes, inline)).equals(expected)).toBe(true);
  });

  it('fails where gzip ends too early', async () => {
    await expect(read(gzipSync(small).subarray(0, -10), inline)).rejects.toThrow('unexpected end of file');
  });

  it('fails where the file is gone', async () => {
    const read = async () => {
      for await (const _ of openFile(join(folder, 'gone'), 5, { inline }));
    };
    await expect(read()).rejects.toThrow('ENOENT');
  });
});

it('readAlong inflates what comes in pieces', async () => {
  const bytes = gzipSync(small);
  const pieces = (async function* () {
    for (const byte of bytes) yield Uint8Array.of(byte);
  })();
  let text = '';
  for await (const chunk of readAlong(pieces)) text += chunk.toString();
  expect(text).toBe(small.toString());
});

it('forgetBytes gives large buffers back and leaves shared ones alone', () => {
  const own = Buffer.from(new ArrayBuffer(1024 * 1024));
  const pooled = Buffer.from('small');
  forgetBytes(own);
  forgetBytes(pooled);
  expect([own.length, pooled.toString()]).toEqual([0, 'small']);
});
