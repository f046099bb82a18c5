import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readContextFolder } from '../adapters/files/context-folder.ts';
import { TrailhiveError } from '../domain/errors.ts';
import type { Problem } from '../domain/problem.ts';
import type { ContextFile } from '../language/context/context-schema.ts';
import type { LogFacts } from '../language/context/log-facts.ts';
import { neverSeen } from '../language/context/never-seen.ts';
import { type ProposedFile, proposeContext } from '../language/context/propose-context.ts';
import { parseContext } from '../language/context.ts';

/** The outcome of `trailhive context check`. */
export interface ContextChecked {
  readonly files: number;
  /** Entries by list; lists without one are left out. */
  readonly entries: Readonly<Record<string, number>>;
  /** What is wrong: such a context is not loaded. */
  readonly errors: readonly Problem[];
  /** Listed, and not in the log. */
  readonly unseen: readonly Problem[];
}

/** Looks a context folder over, and compares it with a log where there is one. Throws `config` where it cannot be read. */
export async function checkContext(folder: string, facts: LogFacts | undefined): Promise<ContextChecked> {
  const texts = await readContextFolder(folder);
  const { documents, problems } = parseContext(texts);
  const entries = new Map<string, number>();
  for (const { value } of documents) {
    for (const [list, of] of Object.entries(value as ContextFile)) {
      const count = Array.isArray(of) ? of.length : Object.keys(of).length;
      entries.set(list, (entries.get(list) ?? 0) + count);
    }
  }
  return {
    files: texts.length,
    entries: Object.fromEntries(entries),
    errors: problems,
    unseen: facts === undefined ? [] : neverSeen(documents, facts),
  };
}

/** The files that a log proposes. Throws `input` where the log holds nothing. */
export function learnContext(facts: LogFacts): readonly ProposedFile[] {
  if (facts.records === 0) throw new TrailhiveError('input', 'The files hold no record.');
  return proposeContext(facts);
}

/** Writes proposed files into a folder. Never overwrites: throws `config` where one of them is there, and writes none. */
export async function writeProposed(
  folder: string,
  files: readonly ProposedFile[],
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const there = new Set(await readdir(folder));
  const taken = files.filter(({ name }) => there.has(name)).map(({ name }) => name);
  if (taken.length > 0) {
    const message = `${folder} has ${taken.join(', ')} already. Name another folder with --out.`;
    throw new TrailhiveError('config', message);
  }
  const paths = files.map(({ name }) => join(folder, name));
  for (const [index, path] of paths.entries()) {
    await writeFile(path, files[index]?.text ?? '', { flag: 'wx' });
  }
  return paths;
}
