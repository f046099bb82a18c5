import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadDeskTemplates } from '../../../../src/adapters/thehive/load-templates.ts';
import { createTemplates } from '../../../../src/language/liquid.ts';

const SHIPPED = join(import.meta.dirname, '../../../../templates');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'templates-'));
  await cp(SHIPPED, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const problems = async () => {
  const loaded = await loadDeskTemplates(folder, createTemplates());
  return loaded.problems.map(
    ({ file, line, message }) => `${file.slice(folder.length + 1)}:${line}: ${message}`,
  );
};

it('finds nothing wrong with the shipped templates, and each alert type is served', async () => {
  const loaded = await loadDeskTemplates(SHIPPED, createTemplates());
  expect(loaded.problems).toEqual([]);
  expect(loaded.templates.cases.flatMap(({ alertTypes }) => alertTypes)).toContain('*');
  expect(loaded.templates.cases.length).toBeGreaterThanOrEqual(5);
});

it('names file and line of everything wrong at once', async () => {
  await writeFile(join(folder, 'alert.md.liquid'), 'A\n{{ titel }}\n');
  await writeFile(join(folder, 'comment.md.liquid'), '{% for one in news %}');
  await writeFile(
    join(folder, 'cases/exposure.yml'),
    'name: trailhive-default\ndisplayName: X\nalertTypes: [x]\ndescription: d\ntags: []\ntask: []\n',
  );
  const found = await problems();
  expect(found.find((line) => line.startsWith('alert.md.liquid:'))).toContain('"titel"');
  expect(found.some((line) => line.startsWith('comment.md.liquid:1:'))).toBe(true);
  expect(found.some((line) => line.startsWith('cases/exposure.yml:6:') && line.includes('"task"'))).toBe(
    true,
  );
});

it('refuses a name that two files claim, and a folder without texts', async () => {
  await cp(join(folder, 'cases/default.yml'), join(folder, 'cases/other.yml'));
  await rm(join(folder, 'case.md.liquid'));
  const found = await problems();
  expect(found).toEqual([
    expect.stringMatching(/^case\.md\.liquid:0: cannot be read/),
    'cases/other.yml:1: name "trailhive-default" is taken by another file. Rename one.',
  ]);
});
