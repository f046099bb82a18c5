import { fileURLToPath } from 'node:url';

/** Absolute path of a folder that comes with trailhive (`rules`, `playbooks`, …), from `src` and from `dist`. */
export function packageFolder(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}
