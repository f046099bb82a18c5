import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/language/yaml.ts';

const read = (text: string) => parseYaml(text, 'f.yml').documents[0]?.value;
const problemsOf = (text: string) =>
  parseYaml(text, 'f.yml').problems.map((problem) => `${problem.line}: ${problem.message}`);

describe('parseYaml', () => {
  it('reads every document and where it starts', () => {
    const { documents, problems } = parseYaml('a: 1\n---\n---\n# note\nb: [2]\n', 'f.yml');
    expect(problems).toEqual([]);
    expect(documents.map((document) => document.value)).toEqual([{ a: 1 }, null, { b: [2] }]);
    expect(documents[2]?.line).toBe(5);
  });

  it('gives the line of a key, of an item, and of the nearest ancestor of what is absent', () => {
    const [document] = parseYaml('a: 1\nb:\n  c:\n    - x\n    - y: 2\n      z:\n\nd:\n', 'f.yml').documents;
    expect(document?.lineOf(['b', 'c'])).toBe(3);
    expect(document?.lineOf(['b', 'c', 1])).toBe(5);
    expect(document?.lineOf(['b', 'c', 1, 'z'])).toBe(6);
    expect(document?.lineOf(['b', 'c', 7, 'q'])).toBe(3);
    expect(document?.lineOf(['d'])).toBe(8);
    expect(document?.lineOf([])).toBe(1);
  });

  it('counts lines in files with CRLF and a byte order mark', () => {
    const [document] = parseYaml('\uFEFFa: 1\r\nb:\r\n  c: 2\r\n', 'f.yml').documents;
    expect(document?.value).toEqual({ a: 1, b: { c: 2 } });
    expect(document?.lineOf(['b', 'c'])).toBe(3);
  });

  it('follows YAML 1.2: yes, dates and merge keys are what they look like', () => {
    expect(read('a: yes\nb: 2020-01-01\nc: 0o17\nd: 1e3\ne: ~\n<<: {z: 1}')).toEqual({
      a: 'yes',
      b: '2020-01-01',
      c: 15,
      d: 1000,
      e: null,
      '<<': { z: 1 },
    });
  });

  it('calls an empty file an empty document', () => {
    expect(read('')).toBeNull();
    expect(read('# only a note\n')).toBeNull();
  });

  it('names every key that appears twice', () => {
    expect(problemsOf('a: 1\nb:\n  c: 1\n  c: 2\na: 3\n')).toEqual([
      '4: the key "c" appears twice (first in line 3). Remove one.',
      '5: the key "a" appears twice (first in line 1). Remove one.',
    ]);
  });

  it('keeps sound documents beside a broken one', () => {
    const { documents, problems } = parseYaml('a: 1\n---\nb: !foo x\n', 'f.yml');
    expect(documents.map((document) => document.value)).toEqual([{ a: 1 }]);
    expect(problems[0]).toMatchObject({ file: 'f.yml', line: 3 });
  });

  it.each([
    ['a tab as indentation', 'a:\n\tb: 1\n', /^2: not YAML: .*Indent with spaces\.$/],
    ['bad indentation', 'a: 1\n b: 2\n', /^2: not YAML: bad indentation/],
    ['an unclosed quote', 'a: 1\nb: "x\n', /^\d: not YAML/],
    ['an unknown alias', 'a: 1\nb: *x\n', /^2: not YAML: unidentified alias/],
    ['an unknown tag', 'a: !!js/function "x"\n', /^1: not YAML: unknown .*tag/],
    ['a map as a key', '? {a: 1}\n: 2\n', /^1: not YAML/],
    ['a null byte', 'a: "x\0"\n', /^1: not YAML/],
    ['an alias inside its anchor', 'a: &x\n  - *x\n', /^2: "\*x" stands inside/],
    ['nesting without end', '['.repeat(100), /^1: not YAML/],
  ])('refuses %s', (_what, text, expected) => {
    const [problem, ...more] = problemsOf(text);
    expect(problem).toMatch(expected);
    expect(more).toEqual([]);
  });

  it('refuses aliases that unfold to a billion values', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(problemsOf(lines.join('\n'))).toEqual(['1: the aliases unfold to too much. Write fewer of them.']);
  });

  it('lets aliases share a value, with the line of the alias key', () => {
    const [document] = parseYaml('a: &x\n  k: 1\nb: *x\n', 'f.yml').documents;
    expect(document?.value).toEqual({ a: { k: 1 }, b: { k: 1 } });
    expect(document?.lineOf(['b'])).toBe(3);
    expect(document?.lineOf(['b', 'k'])).toBe(2);
  });

  it('refuses a file without bound', () => {
    expect(problemsOf('x'.repeat(4 * 1024 * 1024 + 1))).toHaveLength(1);
  });

  it('keeps __proto__ a plain key', () => {
    const value = read('__proto__:\n  polluted: true\n') as Record<string, unknown>;
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
