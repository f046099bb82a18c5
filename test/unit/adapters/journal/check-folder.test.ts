import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { whyNotWritable } from '../../../../src/adapters/journal/check-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'trailhive-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('finds nothing wrong with a folder that can be written, and with one that can be made there', async () => {
  expect(await whyNotWritable(folder)).toBeUndefined();
  expect(await whyNotWritable(join(folder, 'not/there/yet'))).toBeUndefined();
});

it('names a file that stands where the folder should be, or above it', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(await whyNotWritable(file)).toBe(`${file} is no folder`);
  expect(await whyNotWritable(join(file, 'journal'))).toContain('ENOTDIR');
});

// Root may write everywhere.
it.skipIf(process.getuid?.() === 0)('names a folder that is not ours', async () => {
  expect(await whyNotWritable('/')).toContain('EACCES');
});
