import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Default } from 'typebox/value';
import { messageOf, TrailhiveError } from '../domain/errors.ts';
import { type Problem, ProblemsError } from '../domain/problem.ts';
import { compileSchema } from '../language/schema.ts';
import { parseYaml, type YamlDocument } from '../language/yaml.ts';
import { type Config, ConfigSchema } from './schema.ts';

/**
 * Reads, checks and freezes `trailhive.yml`. Relative folders in it are taken
 * from the file's own folder. Throws `config` with every problem of the file.
 */
export function loadConfig(path: string): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const remedy = 'Copy trailhive.example.yml to trailhive.yml, or name a file with --config.';
    throw new TrailhiveError('config', `Cannot read ${path}: ${messageOf(cause)}. ${remedy}`, { cause });
  }
  return parseConfig(text, path);
}

/** `loadConfig` over text: `path` is for messages and relative folders only. */
export function parseConfig(text: string, path: string): Config {
  const { documents, problems } = parseYaml(text, path);
  if (problems.length > 0) throw new ProblemsError(`${path} is not valid YAML`, problems);
  const document = documents[0];
  if (documents.length !== 1 || document === undefined) {
    throw new ProblemsError(`${path} is not a configuration`, [
      { file: path, line: 1, message: `It holds ${documents.length} documents; one is expected.` },
    ]);
  }
  const filled = { ...document, value: Default(ConfigSchema, structuredClone(document.value ?? {})) };
  const schema = compileSchema<Config>(ConfigSchema);
  if (!schema.check(filled.value)) {
    throw new ProblemsError(`${path} is not a valid configuration`, schema.problems(filled));
  }
  const unordered = fallingWeights(filled.value, document);
  if (unordered.length > 0) throw new ProblemsError(`${path} is not a valid configuration`, unordered);
  return freeze(withAbsoluteFolders(filled.value, dirname(resolve(path))));
}

/** Levels in rising order, by the key that holds their weights. `1` stands for what is not known. */
const RISING: Readonly<Record<keyof Config['score'], readonly string[]>> = {
  severity: ['informational', 'low', 'medium', 'high', 'critical'],
  reach: ['none', 'read', '1', 'write', 'nearlyAdmin', 'admin'],
  criticality: ['low', '1', 'medium', 'high', 'critical'],
  novelty: ['usual', '1', 'new'],
  place: ['company', 'aws', '1', 'hosting', 'tor'],
  bands: ['medium', 'high', 'critical'],
};

/** A weight that falls where its level rises would make more danger count for less. */
function fallingWeights({ score }: Config, { file, lineOf }: YamlDocument): readonly Problem[] {
  return Object.entries(RISING).flatMap(([factor, levels]) => {
    const given: Readonly<Record<string, number>> = score[factor as keyof Config['score']];
    return levels.slice(1).flatMap((level, index) => {
      const before = levels[index] ?? '';
      if ((given[before] ?? 1) <= (given[level] ?? 1)) return [];
      const line = Math.max(lineOf(['score', factor, before]), lineOf(['score', factor, level]));
      const words = `"score.${factor}": ${wordsOf(before)} weighs more than ${wordsOf(level)}`;
      return [{ file, line, message: `${words}. Weights rise from ${levels.map(wordsOf).join(' to ')}.` }];
    });
  });
}

const wordsOf = (level: string) => (level === '1' ? 'what is not known (1)' : level);

function withAbsoluteFolders(config: Config, base: string): Config {
  const from = (folder: string) => resolve(base, folder);
  const optional = <T extends { folder?: string }>(part: T): T =>
    part.folder === undefined ? part : { ...part, folder: from(part.folder) };
  return {
    ...config,
    journal:
      config.journal.kind === 'disk'
        ? { ...config.journal, folder: from(config.journal.folder) }
        : config.journal,
    rules: { ...config.rules, folders: config.rules.folders.map(from) },
    playbooks: { ...config.playbooks, folders: config.playbooks.folders.map(from) },
    context: {
      ...optional(config.context),
      ...(config.context.iam === undefined ? {} : { iam: from(config.context.iam) }),
    },
    places: Object.fromEntries(Object.entries(config.places).map(([name, file]) => [name, from(file)])),
    templates: optional(config.templates),
  };
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
