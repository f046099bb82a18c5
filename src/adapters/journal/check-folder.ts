import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../../domain/errors.ts';

/**
 * Why a disk journal could not be written into this folder, or undefined where it
 * could. Makes nothing: of a folder that is not there yet, the nearest one that is
 * must allow it.
 */
export async function whyNotWritable(folder: string): Promise<string | undefined> {
  try {
    const facts = await stat(folder);
    if (!facts.isDirectory()) return `${folder} is no folder`;
    await access(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const parent = dirname(folder);
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isMissing && parent !== folder ? await whyNotWritable(parent) : messageOf(error);
  }
}
