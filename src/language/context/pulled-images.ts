import { parseYaml } from '../yaml.ts';
import type { ContextFile } from './context-schema.ts';

/** What was asked of EC2 about an image. */
export interface PulledImage {
  readonly id: string;
  readonly owner: string;
  readonly alias: string;
  readonly name: string;
}

/** By it the file is known again. */
const HEAD =
  '# Written by trailhive context pull-images, which replaces this file. What is allowed stands in images.yml.';
const LONGEST_NAME = 256;

/** The context file that names owners of images; it says of none that it is allowed. */
export function pulledImagesText(images: readonly PulledImage[]): string {
  const entries = images
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap(({ id, owner, alias, name }) => [
      `  - id: ${id}`,
      ...(/^\d{12}$/.test(owner) ? [`    owner: "${owner}"`] : []),
      ...(/^[a-z][a-z-]{2,32}$/.test(alias) ? [`    alias: ${alias}`] : []),
      ...(name === '' ? [] : [`    name: ${JSON.stringify(name.slice(0, LONGEST_NAME))}`]),
    ]);
  const schema = '# yaml-language-server: $schema=./schema/images.json';
  return [HEAD, schema, '', 'images:', ...entries, ''].join('\n');
}

/** What the file says; undefined where trailhive did not write it. */
export function readPulledImages(text: string): readonly PulledImage[] | undefined {
  if (!text.startsWith(HEAD)) return undefined;
  const value = parseYaml(text, 'images-pulled.yml').documents[0]?.value as ContextFile | null | undefined;
  return (value?.images ?? []).map(({ id, owner = '', alias = '', name = '' }) => ({
    id,
    owner,
    alias,
    name,
  }));
}
