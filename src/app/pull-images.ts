import { join } from 'node:path';
import { type DescribedImage, describeImages } from '../adapters/aws/images.ts';
import { readContextFolder } from '../adapters/files/context-folder.ts';
import { replaceFile } from '../adapters/files/replace-file.ts';
import type { Config } from '../config/schema.ts';
import { TrailhiveError } from '../domain/errors.ts';
import { ProblemsError } from '../domain/problem.ts';
import { placedEntries } from '../language/context/contradictions.ts';
import type { LogFacts } from '../language/context/log-facts.ts';
import { pulledImagesText, readPulledImages } from '../language/context/pulled-images.ts';
import { type ParsedContext, parseContext } from '../language/context.ts';

export interface PullImagesOptions {
  /** The context folder; `images-pulled.yml` in it is written. */
  readonly folder: string;
  readonly aws: Config['aws'];
  /** Regions to ask for the images of `context/`; none: those that `context/` lists. */
  readonly regions: readonly string[];
  /** What a log shows: its images are asked for where they were started. */
  readonly facts: LogFacts | undefined;
}

export interface PulledImages {
  readonly file: string;
  readonly asked: number;
  readonly found: number;
}

const FILE = 'images-pulled.yml';

/**
 * Asks EC2 for owner and name of every image that `context/` lists or the log shows,
 * and writes them beside the other context files. What was known of an image that is
 * gone stays. Throws `config` where the context is not valid, or the file is not
 * trailhive's.
 */
export async function pullImages({ folder, aws, regions, facts }: PullImagesOptions): Promise<PulledImages> {
  const file = join(folder, FILE);
  const texts = await readContextFolder(folder);
  const before = texts.find((one) => one.file === file);
  const known = before === undefined ? [] : readPulledImages(before.text);
  if (known === undefined) {
    throw new TrailhiveError('config', `${file} was not written by trailhive. Move it away, or rename it.`);
  }
  const context = parseContext(texts);
  if (context.problems.length > 0) throw new ProblemsError('the context is not valid', context.problems);
  const wanted = imagesByRegion(context, regions, facts);
  const found = new Map<string, DescribedImage>(known.map((image) => [image.id, image]));
  const asked = new Set<string>();
  const answered = new Set<string>();
  for (const [region, ids] of wanted) {
    const place = { region, ...(aws.endpoint === undefined ? {} : { endpoint: aws.endpoint }) };
    for (const id of ids) asked.add(id);
    for (const image of await describeImages(place, [...ids].sort())) {
      found.set(image.id, image);
      answered.add(image.id);
    }
  }
  if (asked.size > 0) await replaceFile(file, pulledImagesText([...found.values()]));
  return { file, asked: asked.size, found: answered.size };
}

function imagesByRegion(
  { documents }: ParsedContext,
  named: readonly string[],
  facts: LogFacts | undefined,
): ReadonlyMap<string, ReadonlySet<string>> {
  const wanted = new Map<string, Set<string>>();
  const want = (region: string, id: string) => {
    const ids = wanted.get(region) ?? new Set();
    wanted.set(region, ids.add(id));
  };
  const listed = placedEntries(documents, 'regions').flatMap(({ entry }) => entry.regions);
  const regions = named.length > 0 ? named : [...new Set(listed)];
  const images = placedEntries(documents, 'images').map(({ entry }) => entry.id);
  if (images.length > 0 && regions.length === 0 && facts === undefined) {
    throw new TrailhiveError('config', 'In which regions are the images? Name them with --region.');
  }
  for (const region of regions) for (const id of images) want(region, id);
  for (const [id, seen] of facts?.images ?? []) for (const region of seen.regions) want(region, id);
  return wanted;
}
