import { readFile } from 'node:fs/promises';
import { parseContext } from '../../language/context.ts';
import { filesBelow } from './walk.ts';

const isYaml = (name: string) => /\.ya?ml$/.test(name);

/**
 * Reads the company's context from a folder; without one nothing is known.
 * Problems of all files come together. Throws `config` where the folder itself
 * cannot be read.
 */
export async function loadContext(folder: string | undefined): Promise<ReturnType<typeof parseContext>> {
  const files = folder === undefined ? [] : await filesBelow(folder, isYaml);
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
  return parseContext(texts);
}
