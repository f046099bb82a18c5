import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const config = join(root, '.dependency-cruiser.cjs');
const rules = (createRequire(import.meta.url)(config) as { forbidden: { name: string }[] }).forbidden;

/** One import that breaks each rule. A mistyped pattern would let it pass silently. */
const PLANTED: Readonly<Record<string, readonly [file: string, imports: string]>> = {
  'no-cycles': ['src/domain/a.ts', './b.ts'],
  'domain-imports-nothing': ['src/domain/c.ts', '../language/target.ts'],
  'language-sees-domain': ['src/language/a.ts', '../pipeline/detect/target.ts'],
  'middle-sees-domain-and-language': ['src/playbook/a.ts', '../adapters/redis/target.ts'],
  'stages-meet-in-pipeline-ts': ['src/pipeline/enrich/a.ts', '../detect/target.ts'],
  'adapters-see-domain-and-language': ['src/adapters/sqs/a.ts', '../redis/target.ts'],
  'jobs-see-no-io': ['src/jobs/a.ts', '../adapters/redis/target.ts'],
  'only-app-wires-adapters': ['src/entry/cli/a.ts', '../../adapters/redis/target.ts'],
  'clients-live-in-adapters': ['src/pipeline/group/a.ts', 'ioredis'],
  'no-files-or-sockets-in-the-middle': ['src/report/a.ts', 'node:fs'],
  'fastify-lives-in-the-webhook': ['src/app/a.ts', 'fastify'],
  'src-never-imports-test': ['src/config/a.ts', '../../test/target.ts'],
};

const TARGETS = [
  'src/language/target.ts',
  'src/pipeline/detect/target.ts',
  'src/adapters/redis/target.ts',
  'test/target.ts',
];

const tree = mkdtempSync(join(tmpdir(), 'trailhive-layers-'));
afterAll(() => rmSync(tree, { recursive: true, force: true }));

function put(file: string, text: string): void {
  mkdirSync(dirname(join(tree, file)), { recursive: true });
  writeFileSync(join(tree, file), text);
}

function violationsIn(folder: string): Set<string> {
  const args = [join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')];
  const output = execFileSync(
    process.execPath,
    [...args, '--config', config, '--output-type', 'json', 'src'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const { summary } = JSON.parse(output) as {
    summary: { violations: { rule: { name: string } }[]; totalCruised: number };
  };
  expect(summary.totalCruised).toBeGreaterThan(10);
  return new Set(summary.violations.map(({ rule }) => rule.name));
}

describe('the layers of the house', () => {
  it('has a planted violation for every rule', () => {
    expect(Object.keys(PLANTED).sort()).toEqual(rules.map(({ name }) => name).sort());
  });

  it('reports every planted violation', () => {
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    writeFileSync(join(tree, 'tsconfig.json'), '{"compilerOptions":{"module":"nodenext"}}');
    writeFileSync(join(tree, 'package.json'), '{"type":"module"}');
    for (const target of TARGETS) put(target, 'export const target = 1;\n');
    put('src/domain/b.ts', "import { a } from './a.ts';\nexport const b = a;\n");
    for (const [file, imported] of Object.values(PLANTED)) {
      put(file, `import * as planted from '${imported}';\nexport const a = planted;\n`);
    }
    expect([...violationsIn(tree)].sort()).toEqual(Object.keys(PLANTED).sort());
  });

  it('has no violation in src', () => {
    expect([...violationsIn(root)]).toEqual([]);
  });
});
