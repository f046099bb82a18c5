import { describe, expect, it } from 'vitest';
import { TrailhiveError } from '../../../src/domain/errors.ts';
import { escapeCsv } from '../../../src/language/escape-csv.ts';
import { escapeHtml } from '../../../src/language/escape-html.ts';
import { escapeMarkdown, markdownCode } from '../../../src/language/escape-markdown.ts';
import { createTemplates } from '../../../src/language/liquid.ts';

const templates = createTemplates();
const markdown = (template: string, scope: object = {}) => templates.renderText(template, scope, 'markdown');
const plain = (template: string, scope: object = {}) => templates.renderText(template, scope, 'plain');

describe('renderText', () => {
  it.each([
    ['markdown', '# a \\*b\\* \\| c'],
    ['html', '# a *b* | c'],
    ['csv', '# a "*b* | c"'],
    ['plain', '# a *b* | c'],
  ] as const)('escapes values, not the template, for %s', (target, expected) => {
    expect(templates.renderText('# a {{ x }}', { x: '*b* | c' }, target)).toBe(expected);
  });

  it('prints lists, maps and nothing in a readable way', () => {
    expect(plain('{{ a }}/{{ m }}/{{ none }}/{{ none.deeper }}', { a: ['x', 1], m: { k: true } })).toBe(
      'x, 1/{"k":true}//',
    );
  });

  it('gives dates in UTC from epoch ms or ISO, and nothing from "now"', () => {
    expect(plain('{{ t | date }}', { t: 0 })).toBe('1970-01-01 00:00:00 UTC');
    expect(plain('{{ t | date: "%H:%M" }}', { t: '2026-01-02T03:04:05Z' })).toBe('03:04');
    expect(plain('[{{ "now" | date }}{{ "today" | date }}{{ x | date }}]')).toBe('[]');
  });

  it('keeps loops, conditions and shaping filters', () => {
    const template = '{% for e in list %}{% if e.on %}{{ e.name | upcase }};{% endif %}{% endfor %}';
    expect(
      plain(template, {
        list: [
          { on: true, name: 'a' },
          { on: false, name: 'b' },
        ],
      }),
    ).toBe('A;');
    expect(
      plain('{{ list | map: "name" | sort | uniq | join: "-" }}', {
        list: [{ name: 'b' }, { name: 'a' }, { name: 'b' }],
      }),
    ).toBe('a-b');
  });

  it.each([
    'include',
    'render',
    'layout',
    'echo x',
    'cycle x',
    'increment x',
    'liquid echo x',
    'tablerow',
    'constructor',
  ])('has no tag that reads files or prints around the escaper: %s', (tag) => {
    expect(() => markdown(`{% ${tag} %}`, { x: '<b>' })).toThrow(TrailhiveError);
  });

  it.each([
    'raw',
    'json',
    'escape',
    'newline_to_br',
    'url_encode',
    'constructor',
    'toString',
    '__proto__',
    'nope',
  ])('has no filter %s', (filter) => {
    expect(() => markdown(`{{ x | ${filter} }}`, { x: '<b>' })).toThrow(TrailhiveError);
  });

  it('escapes what was captured or assigned on the way', () => {
    expect(templates.renderText('{% capture y %}{{ x }}{% endcapture %}{{ y }}', { x: '<' }, 'html')).toBe(
      '&amp;lt;',
    );
    expect(templates.renderText('{% assign y = x | append: ">" %}{{ y }}', { x: '<' }, 'html')).toBe(
      '&lt;&gt;',
    );
  });

  it('reads own properties only', () => {
    const scope = { a: Object.create({ secret: 's' }) as object, f: () => 0 };
    expect(plain('[{{ a.secret }}{{ a.constructor }}{{ a.__proto__ }}{{ a["toString"] }}]', scope)).toBe(
      '[]',
    );
  });

  it('never evaluates what a value says', () => {
    expect(plain('{{ x }}', { x: '{{ y }}{% raw %}', y: 'leak' })).toBe('{{ y }}{% raw %}');
  });

  it('bounds its work and its output', () => {
    expect(() => plain('{% for i in (1..90000000) %}x{% endfor %}')).toThrow(/memory/);
    const small = createTemplates({ maxOutputCharacters: 10, maxValueCharacters: 4 });
    expect(small.renderText('{{ x }}', { x: 'abcdefgh' }, 'plain')).toBe('abc…');
    expect(small.renderText('0123456789ab', {}, 'plain')).toBe('012345678…');
  });

  it('names the template and the line that is wrong, as a config fault', () => {
    try {
      templates.renderText('a\n{{ x | nope }}', {}, 'plain', 'templates/alert.md');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ fault: 'config' });
      expect((error as Error).message).toBe(
        'templates/alert.md: the template is wrong in its line 2: undefined filter: nope.',
      );
    }
  });
});

describe('problemsOf', () => {
  const place = { file: 'p.yml', line: 10 };
  it('gives file and line of what is wrong', () => {
    expect(templates.problemsOf('a\n{% if x %}', 'plain', place)).toEqual([
      { file: 'p.yml', line: 11, message: expect.stringContaining('not closed') },
    ]);
    expect(templates.problemsOf('{{ alert.rule.title | upcase }}', 'plain', place, ['alert'])).toEqual([]);
    expect(templates.problemsOf('{{ x | code }}', 'markdown', place)).toEqual([]);
    expect(templates.problemsOf('{{ x | code }}', 'plain', place)).toHaveLength(1);
  });

  it('names what the template reads and nobody gives', () => {
    const [problem, ...more] = templates.problemsOf(
      '{{ alert.x }}{{ alrt.y }}{% assign z = 1 %}{{ z }}',
      'plain',
      place,
      ['alert'],
    );
    expect(problem?.message).toBe('the template reads "alrt", which is not there. It may read alert.');
    expect(more).toEqual([]);
  });
});

describe('renderValue', () => {
  const scope = { alert: { count: 3, tags: ['a'], title: '{{ x }}', ok: false }, list: [{ id: 7 }] };

  it('yields the datum itself for a lone path', () => {
    const value = {
      n: '{{ alert.count }}',
      t: '{{alert.tags}}',
      i: '{{ list[0].id }}',
      b: ' {{ alert.ok }} ',
    };
    expect(templates.renderValue(value, scope)).toEqual({ n: 3, t: ['a'], i: 7, b: false });
  });

  it('renders any other string as text, at any depth', () => {
    expect(
      templates.renderValue(['#{{ alert.count }}', { k: '{{ alert.title }} x' }, 5, null], scope),
    ).toEqual(['#3', { k: '{{ x }} x' }, 5, null]);
  });

  it('gives null for what is missing or inherited', () => {
    expect(
      templates.renderValue(['{{ alert.none.x }}', '{{ alert.constructor }}', '{{ nobody }}'], scope),
    ).toEqual([null, null, null]);
  });

  it('escapes for the target that the caller names', () => {
    expect(templates.renderValue('by {{ x }}', { x: '*me*' }, 'markdown')).toBe('by \\*me\\*');
  });
});

describe('escapeMarkdown', () => {
  it.each([
    ['a|b', 'a\\|b'],
    ['`x`', '\\`x\\`'],
    ['[a](b)', '\\[a\\](b)'],
    ['![a](http://x/y.png)', '\\!\\[a\\](http\\://x/y.png)'],
    ['<img src=x>', '&lt;img src=x&gt;'],
    ['&lt;', '&amp;lt;'],
    ['a\nb\r\n\r\n# c', 'a b # c'],
    ['# head', '\\# head'],
    ['- item', '\\- item'],
    ['12. item', '12\\. item'],
    ['    code', 'code'],
    ['www.evil.example', 'www\\.evil.example'],
    ['@admin', '\\@admin'],
    ['a\\', 'a\\\\'],
    ['arn:aws:iam::111122223333:role/ops-x', 'arn:aws:iam::111122223333:role/ops-x'],
    ['\u202eevil', '�evil'],
    ['a\u0000b', 'a b'],
  ])('shows %j as it is', (value, expected) => {
    expect(escapeMarkdown(value)).toBe(expected);
  });

  it('writes code that its value cannot leave', () => {
    expect(markdownCode('a`b``c|d')).toBe('``` a`b``c\\|d ```');
    expect(markdownCode('x\ny')).toBe('`x y`');
    expect(markdown('{{ x | code }}', { x: '*y*' })).toBe('`*y*`');
  });
});

describe('escapeHtml and escapeCsv', () => {
  it('lets no value out of text or a quoted attribute', () => {
    expect(escapeHtml('<a href="x" onclick=\'y\'>&`')).toBe(
      '&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;&#96;',
    );
  });

  it.each([
    ['=1+1', '"\'=1+1"'],
    ['+1', '"\'+1"'],
    ['-1', '"\'-1"'],
    ['@x', '"\'@x"'],
    ['\t=x', '"\'=x"'],
    ['\rx', '"\'x"'],
    ['  =x', '"\'=x"'],
    ['say "hi", you', '"say ""hi"", you"'],
    ['a\nb', '"a b"'],
    ['plain', '"plain"'],
  ])('guards %j in a spreadsheet', (value, expected) => {
    expect(escapeCsv(value)).toBe(expected);
  });
});
