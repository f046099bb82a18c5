import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, TrailhiveError } from '../../domain/errors.ts';

/**
 * The files at or below a path whose name passes, by name, so that two machines
 * read them in the same order. A file that is named itself always passes. Hidden
 * entries are passed over, and links are not followed out of the folder.
 *
 * Throws `config` where the path cannot be read.
 */
export async function filesBelow(
  path: string,
  passes: (name: string) => boolean,
): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile() && passes(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter(
        (file) =>
          !file
            .slice(path.length)
            .split(/[/\\]/)
            .some((part) => part.startsWith('.')),
      )
      .sort();
  } catch (error) {
    throw new TrailhiveError('config', `cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}
