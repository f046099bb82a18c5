import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import { ConfigSchema } from '../../src/config/schema.ts';
import { parseYaml } from '../../src/language/yaml.ts';
import { runCli } from '../integration/cli/run-cli.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Files of the repository, and those that wait to be added to it. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(root, file)));
const pages = files.filter((file) => /^(README|CHANGELOG)\.md$|^docs\/.*\.md$/.test(file));
const withoutCode = (text: string): string =>
  text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** The anchor that a code host makes of a heading. */
function anchorOf(heading: string): string {
  const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/`/g, '');
  return plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function anchorsIn(file: string): string[] {
  const text = read(file).replace(/^```[\s\S]*?^```/gm, '');
  return [...text.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) => anchorOf(String(heading).trim()));
}

describe('links in README and docs', () => {
  const links = pages.flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => ({
      page,
      target: String(target),
    })),
  );
  const local = links.filter(({ target }) => !/^[a-z]+:/i.test(target));

  it('are found by this test', () => {
    expect(pages).toContain('docs/runbook.md');
    expect(local.length).toBeGreaterThan(10);
  });

  it('lead to files that exist', () => {
    const dead = local.filter(({ page, target }) => {
      const path = target.split('#')[0] ?? '';
      return path !== '' && !existsSync(resolve(root, dirname(page), path));
    });
    expect(dead).toEqual([]);
  });

  it('lead to headings that exist', () => {
    const dead = local.filter(({ page, target }) => {
      const [path = '', anchor] = target.split('#');
      if (anchor === undefined) return false;
      const file = path === '' ? page : relative(root, resolve(root, dirname(page), path));
      return !anchorsIn(file).includes(anchor);
    });
    expect(dead).toEqual([]);
  });
});

/** The leaves of the command line: `rules test`, `serve`. */
async function commandsOf(path: readonly string[] = []): Promise<string[]> {
  const { out } = await runCli([...path, '--help']);
  const listed = out.split('\nCommands:\n')[1]?.split('\n\n')[0];
  if (listed === undefined) return [path.join(' ')];
  const names = [...listed.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => String(name));
  const deeper = await Promise.all(
    names.filter((name) => name !== 'help').map((name) => commandsOf([...path, name])),
  );
  return deeper.flat();
}

describe('the README', () => {
  it('has a line for every command, and none for another', async () => {
    const rows = [...read('README.md').matchAll(/^\| `trailhive ([^`]+)` \|/gm)];
    const shown = rows.map(([, usage]) => /^[a-z]+(?:[ -][a-z]+)*/.exec(String(usage))?.[0]);
    expect(shown.sort()).toEqual((await commandsOf()).sort());
  });

  it('names options that the commands have', async () => {
    const usages = [...read('README.md').matchAll(/trailhive ([a-z]+(?:[ -][a-z]+)*)([^`\n|]*)/g)];
    const wrong: string[] = [];
    for (const [, words = '', rest = ''] of usages) {
      const options = rest.match(/--[a-z-]+/g) ?? [];
      if (options.length === 0) continue;
      const { out } = await runCli([...words.split(' '), '--help']);
      wrong.push(...options.filter((option) => !out.includes(option)).map((option) => `${words} ${option}`));
    }
    expect(wrong).toEqual([]);
  });
});

/** Every key of a schema, as `queues.role.arn`; of choices, the keys of each. */
function keysOf(schema: unknown, path: string): string[] {
  const { properties, items, anyOf } = schema as {
    properties?: Record<string, unknown>;
    items?: unknown;
    anyOf?: unknown[];
  };
  if (anyOf !== undefined) return [...new Set(anyOf.flatMap((choice) => keysOf(choice, path)))];
  if (items !== undefined) return keysOf(items, path);
  return Object.entries(properties ?? {}).flatMap(([key, inner]) => {
    const own = path === '' ? key : `${path}.${key}`;
    return [own, ...keysOf(inner, own)];
  });
}

/** The keys of an indented YAML text, comment signs before keys taken away. */
function keysInExample(text: string): string[] {
  const open: { indent: number; key: string }[] = [];
  const found: string[] = [];
  for (const line of text.split('\n')) {
    const [, before = '', after = '', dash = '', key] =
      /^( *)(?:# )?( *)(- )?([A-Za-z]+):(?: |$)/.exec(line) ?? [];
    if (key === undefined) continue;
    const indent = before.length + after.length + dash.length;
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    open.push({ indent, key });
    found.push(open.map((one) => one.key).join('.'));
  }
  return found;
}

describe('trailhive.example.yml', () => {
  it('shows every key of the schema, the optional ones as comments', () => {
    const wanted = keysOf(ConfigSchema, '');
    expect(wanted).toContain('queues.bucketRole.externalId');
    const shown = keysInExample(read('trailhive.example.yml'));
    expect(wanted.filter((key) => !shown.includes(key))).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  it('has a line for every folder of src, and none for another', () => {
    const rows = [...read('docs/architecture.md').matchAll(/^\| `src\/([a-z]+)\/` \|/gm)].map(
      ([, name]) => name,
    );
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(rows.sort()).toEqual(folders.map(({ name }) => name).sort());
  });

  it('names places that exist', () => {
    const places = [
      ...read('docs/architecture.md').matchAll(/`((?:adapters|jobs|pipeline|playbook)\/[a-z0-9-]+)`/g),
    ];
    expect(places.length).toBeGreaterThan(8);
    const missing = places
      .map(([, place]) => join('src', String(place)))
      .filter((place) => !existsSync(join(root, place)) && !existsSync(join(root, `${place}.ts`)));
    expect(missing).toEqual([]);
  });
});

describe('metrics in docs', () => {
  it('are counted somewhere', () => {
    const code = files
      .filter((file) => /^src\/.*\.ts$/.test(file))
      .map(read)
      .join('\n');
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/`trailhive_([a-z_]+?)(_total)?[`{]/g)].map(([, name, total]) => ({
        name,
        total,
      })),
    );
    expect(named.length).toBeGreaterThan(5);
    const kind = (total: string | undefined) => (total === undefined ? '(?:gauge|observe)' : 'count');
    const unknown = named.filter(
      ({ name, total }) => !new RegExp(`\\.${kind(total)}\\(\\s*'${name}'`).test(code),
    );
    expect(unknown).toEqual([]);
  });
});

interface Compose {
  readonly services: Readonly<
    Record<string, { healthcheck?: unknown; depends_on?: Record<string, unknown>; volumes?: string[] }>
  >;
}

describe('docker-compose.yml', () => {
  const compose = parseYaml(read('docker-compose.yml'), 'docker-compose.yml').documents[0]?.value as Compose;
  const services = Object.entries(compose.services);

  it('gives every service a health check; that of trailhive is in its image', () => {
    const without = services.filter(([, { healthcheck }]) => healthcheck === undefined).map(([name]) => name);
    expect(without).toEqual(['trailhive']);
    expect(read('Dockerfile')).toMatch(/^HEALTHCHECK /m);
  });

  it('waits for services that are there, and mounts files that are there', () => {
    const names = services.map(([name]) => name);
    const waited = services.flatMap(([, service]) => Object.keys(service.depends_on ?? {}));
    expect(waited.filter((name) => !names.includes(name))).toEqual([]);
    const mounted = services
      .flatMap(([, service]) => service.volumes ?? [])
      .filter((volume) => volume.startsWith('./'))
      .map((volume) => volume.split(':')[0] ?? '');
    expect(mounted).toContain('./deploy/compose/trailhive.yml');
    expect(mounted.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('runs trailhive on a valid configuration', () => {
    const config = parseConfig(read('deploy/compose/trailhive.yml'), '/etc/trailhive/trailhive.yml');
    expect(config.context.folder).toBe('/etc/trailhive/context');
    expect(config.journal).toEqual({ kind: 'disk', folder: '/var/lib/trailhive/journal' });
  });
});

describe('Dockerfile', () => {
  it('copies what is there and what .dockerignore lets through', () => {
    const ignored = read('.dockerignore').trim().split('\n');
    const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from]) =>
      String(from).split(' '),
    );
    expect(copied).toContain('scripts');
    expect(copied.filter((path) => !existsSync(join(root, path)) || ignored.includes(path))).toEqual([]);
  });

  it('has every folder that the program looks for beside its code', () => {
    const code = files.filter((file) => /^src\/.*\.ts$/.test(file)).map(read);
    const wanted = code.flatMap((text) =>
      [...text.matchAll(/packageFolder\('([a-z]+)'\)/g)].map(([, name]) => name),
    );
    const copied = [...read('Dockerfile').matchAll(/^COPY (\w+) \.\//gm)].map(([, name]) => name);
    expect(wanted).toContain('templates');
    expect(wanted.filter((name) => !copied.includes(name))).toEqual([]);
  });
});

describe('decisions', () => {
  const decisions = readdirSync(join(root, 'docs/adr'));

  it('have a number of their own, without a gap', () => {
    const numbers = decisions.map((name) => Number(/^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1]));
    expect(numbers.sort((a, b) => a - b)).toEqual(decisions.map((_, index) => index + 1));
  });

  it('are called by the number that their file has', () => {
    const mentions = files
      .filter((file) => /\.(md|ts|mjs|yml)$/.test(file))
      .flatMap((file) =>
        [...read(file).matchAll(/docs\/adr\/(\d{4}-[a-z0-9-]+\.md)/g)].map(([, name]) => String(name)),
      );
    expect(mentions.filter((name) => !decisions.includes(name))).toEqual([]);
  });
});

describe('Lua scripts', () => {
  const scripts = files.filter((file) => file.endsWith('.lua'));

  it('are found by this test', () => {
    expect(scripts.length).toBeGreaterThan(10);
  });

  it.each(scripts)('%s states its keys, its arguments and its answer', (file) => {
    const text = read(file);
    const header = /^--\[\[\n[\s\S]*?\n\]\]\n/.exec(text)?.[0] ?? '';
    const code = text.slice(header.length);
    expect(header).toMatch(/^ {4}KEYS(\[1\])? /m);
    expect(header).toMatch(/^ {2}Returns /m);
    for (const name of ['KEYS', 'ARGV']) {
      const used = numbersIn(code, name);
      const stated = numbersIn(header, name);
      expect([...used].filter((number) => !stated.has(number))).toEqual([]);
    }
  });
});

/** Which of KEYS or ARGV a text names by number. */
function numbersIn(text: string, name: string): Set<number> {
  const named = text.matchAll(new RegExp(`${name}\\[(\\d+)[\\]…]`, 'g'));
  return new Set([...named].map(([, number]) => Number(number)));
}

describe('files of the repository', () => {
  const texts = files.filter((file) => !/\.(png|ico|gz|tgz)$/.test(file));

  it('hold no path of a machine', () => {
    // Built from parts, so that this file does not hold it.
    const machine = new RegExp(`(?<![\\w.-])/(?:${['work', 'root', 'Users'].join('|')})/[a-z]`);
    expect(texts.filter((file) => machine.test(read(file)))).toEqual([]);
  });

  it('hold no address of a package mirror', () => {
    const resolved = [...read('package-lock.json').matchAll(/"resolved": "(https?:\/\/[^/"]+)/g)].map(
      ([, host]) => host,
    );
    expect(new Set(resolved.filter((host) => host !== 'https://registry.npmjs.org'))).toEqual(new Set());
    const npmrc = files.filter((file) => file.endsWith('.npmrc'));
    expect(npmrc.filter((file) => /registry\s*=/.test(read(file)))).toEqual([]);
  });
});
