import { readFile } from 'node:fs/promises';
import { type ContextText, type ParsedContext, parseContext } from '../../language/context.ts';
import { filesBelow } from './walk.ts';

const isYaml = (name: string) => /\.ya?ml$/.test(name);
const isJson = (name: string) => /\.json$/.test(name);

/** The files of a context folder, by name. Throws `config` where the folder cannot be read. */
export async function readContextFolder(folder: string): Promise<readonly ContextText[]> {
  return await readAll(await filesBelow(folder, isYaml));
}

/** The IAM snapshots of a folder, by name. Throws `config` where the folder cannot be read. */
export async function readIamFolder(folder: string): Promise<readonly ContextText[]> {
  return await readAll(await filesBelow(folder, isJson));
}

async function readAll(files: readonly string[]): Promise<readonly ContextText[]> {
  return await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
}

/**
 * Reads the company's context from a folder; without one nothing is known.
 * Problems of all files come together. Throws `config` where the folder itself
 * cannot be read.
 */
export async function loadContext(folder: string | undefined): Promise<ParsedContext> {
  return parseContext(folder === undefined ? [] : await readContextFolder(folder));
}
