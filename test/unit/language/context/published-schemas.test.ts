import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { publishedSchemas } from '../../../../src/language/context/published-schemas.ts';
import { parseContext } from '../../../../src/language/context.ts';
import { parseYaml } from '../../../../src/language/yaml.ts';

const folder = resolve(import.meta.dirname, '../../../../context');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const examples = readdirSync(folder).filter((name) => name.endsWith('.yml'));

/** The example with its comment signs taken away, as its reader is told to do. */
function uncommented(name: string): string {
  const lines = read(name).split('\n');
  const start = lines.findIndex((line) => /^# [A-Za-z]+:$/.test(line));
  return lines
    .slice(start)
    .map((line) => line.replace(/^# ?/, ''))
    .join('\n');
}

describe('context/schema', () => {
  it('is what the program checks by; after a change run: npm run schemas', () => {
    const published = publishedSchemas();
    expect(readdirSync(join(folder, 'schema')).sort()).toEqual(published.map(({ name }) => name).sort());
    for (const { name, text } of published) expect(read(`schema/${name}`)).toBe(text);
  });
});

describe.each(examples)('context/%s', (name) => {
  it('names its schema in the first line, for editors', () => {
    const [, path] = /^# yaml-language-server: \$schema=\.\/(schema\/[a-z-]+\.json)\n/.exec(read(name)) ?? [];
    expect(path).toBe(`schema/${name.replace('.yml', '.json')}`);
    expect(existsSync(join(folder, String(path)))).toBe(true);
  });

  it('says nothing until its comment signs are taken away, and is valid then', () => {
    expect(parseYaml(read(name), name).documents[0]?.value).toBeNull();
    const text = uncommented(name);
    expect(parseContext([{ file: name, text }]).problems).toEqual([]);
    const ajv = new Ajv2020({ strict: false });
    const validate = ajv.compile(JSON.parse(read(`schema/${name.replace('.yml', '.json')}`)));
    const value = parseYaml(text, name).documents[0]?.value;
    expect(Object.keys(value as object).length).toBeGreaterThan(0);
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ nonsense: [] })).toBe(false);
  });

  it('explains every key that an entry may have', () => {
    const text = read(name);
    const { properties } = JSON.parse(read(`schema/${name.replace('.yml', '.json')}`));
    const keys = Object.values(properties as Record<string, { items?: { properties?: object } }>).flatMap(
      ({ items }) => Object.keys(items?.properties ?? {}),
    );
    const missing = keys.filter(
      (key) => key !== 'note' && !new RegExp(`^#   .*\\b${key}\\b`, 'm').test(text),
    );
    expect(missing).toEqual([]);
  });
});

it('the examples together do not contradict each other', () => {
  const { problems } = parseContext(examples.map((file) => ({ file, text: uncommented(file) })));
  expect(problems).toEqual([]);
});
