import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, startCli } from './run-cli.ts';

/** Every command that the help names, however deep, as the words a person types. */
async function allCommands(path: readonly string[] = []): Promise<string[][]> {
  const { out } = await runCli([...path, '--help']);
  const listed = out.split('\nCommands:\n')[1]?.split('\n\n')[0] ?? '';
  const names = [...listed.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => String(name));
  const children = names.filter((name) => name !== 'help').map((name) => [...path, name]);
  const deeper = await Promise.all(children.map((child) => allCommands(child)));
  return [...children, ...deeper.flat()];
}

const commands = await allCommands();
const named = commands.map((words): [string, string[]] => [words.join(' '), words]);

describe('--help', () => {
  it('names the commands that issue and README promise', () => {
    expect(commands.map((words) => words.join(' '))).toEqual(
      expect.arrayContaining(['serve', 'demo', 'match', 'check', 'rules test', 'setup thehive']),
    );
  });

  it.each([['trailhive', []] as [string, string[]], ...named])(
    'of %s shows examples and exits 0',
    async (_name, words) => {
      const { code, out, err } = await runCli([...words, '--help']);
      expect(code).toBe(0);
      expect(err).toBe('');
      expect(out).toMatch(/^Usage: trailhive/);
      expect(out).toMatch(/\nExamples:\n {2}\S/);
      expect(out).not.toMatch(/default: (false|\[\])/);
    },
  );

  it.each(named)('of %s has examples of that command', async (_name, words) => {
    const { out } = await runCli([...words, '--help']);
    const examples = out.split('\nExamples:\n')[1]?.trim().split('\n') ?? [];
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(example).toMatch(new RegExp(`(trailhive|npm run) ${words[0]}`));
  });
});

describe('--version', () => {
  it('prints the version alone', async () => {
    expect(await runCli(['--version'])).toEqual({ code: 0, out: '9.9.9\n', err: '' });
  });

  it('is that of the package, in a process of its own', async () => {
    const packageFile = resolve(import.meta.dirname, '../../../package.json');
    const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
    expect(await startCli(['--version']).ended).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });
});

describe('wrong use', () => {
  it.each([
    [['serv'], /unknown command 'serv'\n\(Did you mean serve\?\)/],
    [['rules', 'tets'], /unknown command 'tets'\n\(Did you mean test\?\)/],
    [['check', '--confg', 'x'], /unknown option '--confg'\n\(Did you mean --config\?\)/],
    [['match', '--rules', 'rules'], /missing required argument 'files'/],
    [['match', 'x.ndjson'], /'--rules <path>' not specified/],
    [['serve', 'now'], /too many arguments/],
  ])('%j ends with 2 and a hint', async (args, message) => {
    const { code, out, err } = await runCli(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
    expect(err).toContain('--help shows the options');
  });

  it('without a command shows the help on standard error and ends with 2', async () => {
    const { code, out, err } = await runCli([]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^Usage: trailhive/);
  });

  it('names the roles where one is unknown', async () => {
    const { code, err } = await runCli(['serve', '--role', 'ingest,boss']);
    expect(code).toBe(2);
    expect(err).toBe('--role: "boss" is no role. Roles are ingest, worker, webhook.\n');
  });
});
