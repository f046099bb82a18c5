import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { closestName } from '../../../src/language/closest-name.ts';
import { compileSchema } from '../../../src/language/schema.ts';
import { parseYaml } from '../../../src/language/yaml.ts';

const CLOSED = { additionalProperties: false };
const schema = compileSchema<{ name: string }>(
  Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 12 }),
      mode: Type.Optional(Type.Union([Type.Literal('simulate'), Type.Literal('enforce')])),
      level: Type.Optional(Type.Enum(['low', 'high'])),
      type: Type.Optional(Type.String({ pattern: '^[a-z.]+$', description: 'a dotted lower-case name' })),
      target: Type.Optional(
        Type.Union([
          Type.String(),
          Type.Object({ port: Type.Integer({ minimum: 1, maximum: 65535 }) }, CLOSED),
        ]),
      ),
      store: Type.Optional(
        Type.Union([
          Type.Object({ kind: Type.Literal('disk'), path: Type.String() }, CLOSED),
          Type.Object({ kind: Type.Literal('s3'), bucket: Type.String() }, CLOSED),
        ]),
      ),
      tags: Type.Optional(Type.Array(Type.String(), { minItems: 1, uniqueItems: true })),
      accounts: Type.Optional(
        Type.Record(Type.String({ pattern: '^[0-9]{12}$' }), Type.Object({ owner: Type.String() }, CLOSED), {
          ...CLOSED,
          description: 'account ids of twelve digits, in quotes',
        }),
      ),
    },
    CLOSED,
  ),
);

function problemsOf(text: string): string[] {
  const [document] = parseYaml(text, 'f.yml').documents;
  const problems = schema.problems(document!);
  expect(schema.check(document!.value)).toBe(problems.length === 0);
  return problems.map((problem) => `${problem.line}: ${problem.message}`);
}

describe('compileSchema', () => {
  it('finds nothing in a sound document', () => {
    expect(
      problemsOf('name: x\nmode: enforce\ntarget: {port: 80}\nstore: {kind: s3, bucket: b}\ntags: [a]'),
    ).toEqual([]);
  });

  it.each([
    ['a misspelt key', 'name: x\nmoed: enforce', '2: unknown key "moed". Did you mean "mode"?'],
    [
      'a strange key',
      'name: x\nzebra: 1',
      '2: unknown key "zebra". Known here: name, mode, level, type, target, store, tags, accounts.',
    ],
    ['a key of another prototype', 'name: x\n__proto__: 1', /^2: unknown key "__proto__"/],
    ['a missing key', 'mode: enforce', '1: the key "name" is missing. Add it.'],
    ['a number for text', 'name: 1', '1: "name" must be text, but is 1. Put it in quotes.'],
    [
      'a value outside a choice',
      'name: x\nmode: enforced',
      '2: "mode" must be one of simulate, enforce, but is "enforced". Did you mean "enforce"?',
    ],
    ['a value outside an enum', 'name: x\nlevel: 3', '2: "level" must be one of low, high, but is 3.'],
    [
      'text of another form',
      'name: x\ntype: A b',
      '2: "type" must be a dotted lower-case name, but is "A b".',
    ],
    [
      'a number out of range',
      'name: x\ntarget:\n  port: 0',
      '3: "target.port" must be at least 1, but is 0.',
    ],
    [
      'the branch of its type',
      'name: x\ntarget:\n  prot: 1\n  port: 2',
      '3: in "target": unknown key "prot". Did you mean "port"?',
    ],
    ['no branch at all', 'name: x\ntarget: [1]', '2: "target" must be text or a map of keys, but is a list.'],
    [
      'the branch of its kind',
      'name: x\nstore:\n  kind: s3\n  bucket: 3',
      '4: "store.bucket" must be text, but is 3. Put it in quotes.',
    ],
    ['an empty list', 'name: x\ntags: []', '2: "tags" must not be empty.'],
    ['an item twice', 'name: x\ntags:\n  - a\n  - a', /^2: "tags" has the same entry twice/],
    [
      'a wrong item',
      'name: x\ntags:\n  - a\n  - 7',
      '4: "tags[1]" must be text, but is 7. Put it in quotes.',
    ],
    [
      'a key of another form',
      'name: x\naccounts:\n  "12": {owner: a}',
      '3: in "accounts": unknown key "12". Expected: account ids of twelve digits, in quotes.',
    ],
    ['an empty file', '', '1: the document must be a map of keys, but is empty.'],
    ['an empty text', 'name: ""', '1: "name" must not be empty.'],
    ['a long text', `name: ${'x'.repeat(13)}`, '1: "name" must have at most 12 characters.'],
  ])('tells %s in one line', (_what, text, expected) => {
    const [problem, ...more] = problemsOf(text);
    expect(problem).toMatch(
      typeof expected === 'string' ? new RegExp(`^${escapeText(expected)}$`) : expected,
    );
    expect(more).toEqual([]);
  });

  it('tells everything at once, by line', () => {
    expect(problemsOf('moed: x\ntags: 3\nlevel: lo').map((problem) => problem.slice(0, 3))).toEqual([
      '1: ',
      '1: ',
      '2: ',
      '3: ',
    ]);
  });

  it('does not take what every object inherits for a key', () => {
    const needs = compileSchema(Type.Object({ constructor: Type.String() }, CLOSED));
    expect(needs.check({})).toBe(false);
  });
});

function escapeText(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

describe('closestName', () => {
  it.each([
    ['detecton', 'detection'],
    ['alert_type', 'alertType'],
    ['verison', 'version'],
  ])('takes %s for %s', (written, meant) => {
    expect(closestName(written, ['version', 'detection', 'alertType'])).toBe(meant);
  });

  it('guesses nothing wild', () => {
    expect(closestName('foo', ['bar', 'if'])).toBeUndefined();
  });
});
