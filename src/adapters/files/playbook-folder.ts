import { readFile } from 'node:fs/promises';
import { filesBelow } from './walk.ts';

/** Reads every playbook file below the folders. Throws `config` where a folder cannot be read. */
export async function loadPlaybooks(
  folders: readonly string[],
): Promise<readonly { readonly file: string; readonly text: string }[]> {
  const files = await Promise.all(
    folders.map((folder) => filesBelow(folder, (name) => /\.ya?ml$/.test(name))),
  );
  return await Promise.all(files.flat().map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
}
