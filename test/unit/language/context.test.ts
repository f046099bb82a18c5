import { describe, expect, it } from 'vitest';
import { parseContext } from '../../../src/language/context.ts';

const parse = (...texts: string[]) =>
  parseContext(texts.map((text, index) => ({ file: `${index + 1}.yml`, text })));

describe('parseContext', () => {
  it('adds up the lists of all files', () => {
    const { context, problems } = parse(
      'accounts:\n  - id: "111122223333"\n    name: shop\n    environment: production\n',
      'principals:\n  - arn: arn:aws:iam::*:role/break-glass\n    breakGlass: true\n  - arn: arn:aws:iam::1:user/known\n',
      'assets:\n  - arn: arn:aws:s3:::payroll-*\n    critical: true\n',
    );
    expect(problems).toEqual([]);
    expect(context.account('111122223333')).toEqual({ name: 'shop', environment: 'production' });
    expect(context.account('444455556666')).toBeUndefined();
    expect(context.isBreakGlass('arn:aws:iam::111122223333:role/break-glass')).toBe(true);
    expect(context.isBreakGlass('arn:aws:iam::1:user/known')).toBe(false);
    expect(context.isCritical('arn:aws:s3:::payroll-2026')).toBe(true);
    expect(context.isCritical('arn:aws:s3:::Payroll-2026')).toBe(false);
  });

  it('takes a file of comments, and no file, for knowing nothing', () => {
    expect(parse('# later\n').problems).toEqual([]);
    expect(parse().context.account('111122223333')).toBeUndefined();
  });

  it('tells all problems of all files with their lines', () => {
    const { problems } = parse(
      'accounts:\n  - id: 111122223333\n    name: a\n  - id: "1"\n    nmae: b\n',
      'acounts: []\n',
      'assets: [\n',
    );
    const told = problems.map(({ file, line }) => `${file}:${line}`).sort();
    expect(told).toEqual([
      '1.yml:2',
      '1.yml:4',
      '1.yml:4',
      '1.yml:5',
      '2.yml:1',
      expect.stringMatching(/^3\.yml:/),
    ]);
    const words = problems.map(({ message }) => message).join('\n');
    expect(words).toContain('Did you mean "name"?');
    expect(words).toContain('Did you mean "accounts"?');
    expect(words).toContain('twelve digits in quotes');
  });

  it('keeps what is sound beside what is not', () => {
    const { context } = parse('accounts:\n  - id: "111122223333"\n    name: shop\n', 'nonsense: 1\n');
    expect(context.account('111122223333')?.name).toBe('shop');
  });

  it('refuses an account that is listed twice, and says where', () => {
    const one = 'accounts:\n  - id: "111122223333"\n    name: shop\n';
    const { problems } = parse(one, `# again\n${one}`);
    expect(problems).toEqual([
      {
        file: '2.yml',
        line: 3,
        message: 'account "111122223333" is listed already at 1.yml:2. Keep one of the two.',
      },
    ]);
  });

  it('adds up the values of placeholders', () => {
    const { placeholders, problems } = parse(
      'placeholders:\n  admins: [alice, bob*]\n  offices: [203.0.113.0/24]\n',
      'placeholders:\n  admins: [carol, alice]\n  __proto__: [x]\n',
    );
    expect(problems).toEqual([]);
    expect([...placeholders]).toEqual([
      ['admins', ['alice', 'bob*', 'carol']],
      ['offices', ['203.0.113.0/24']],
      ['__proto__', ['x']],
    ]);
  });

  it.each([
    ['placeholders: [a]', 'must be a map of keys'],
    ['placeholders: { admins: alice }', 'must be a list'],
    ['placeholders: { admins: [] }', 'must not be empty'],
    ['placeholders: { accounts: [111122223333] }', 'Put it in quotes'],
    ['placeholders: { "%admins%": [alice] }', 'without the percent signs'],
  ])('refuses %s', (text, message) => {
    expect(parse(text).problems.map((problem) => problem.message)).toEqual([
      expect.stringContaining(message),
    ]);
  });
});
