import { describe, expect, it } from 'vitest';
import { renderDesk } from '../../emulators/thehive/desk-page.ts';
import { markdown } from '../../emulators/thehive/markdown.ts';
import { emptyState } from '../../emulators/thehive/store.ts';

const rendered = (text: string) =>
  markdown(text)
    .html.replace('<div class="markdown">', '')
    .replace(/<\/div>$/, '');

describe('the Markdown of the desk page', () => {
  it.each([
    ['### Events', '<h4>Events</h4>'],
    ['- **Who:** `ci`', '<ul><li><b>Who:</b> <code>ci</code></li></ul>'],
    ['1. First\n2. Then', '<ol><li>First</li><li>Then</li></ol>'],
    ['a\\_b \\*c\\* &lt;x&gt;', '<p>a_b *c* &lt;x&gt;</p>'],
    ['<img src=x onerror=alert(1)>', '<p>&lt;img src=x onerror=alert(1)&gt;</p>'],
    ['`</code><script>`', '<p><code>&lt;/code&gt;&lt;script&gt;</code></p>'],
    ['[x](javascript:alert(1))', '<p>[x](javascript:alert(1))</p>'],
  ])('%j', (text, html) => {
    expect(rendered(text)).toBe(html);
  });

  it('keeps an escaped bar in its cell', () => {
    const html = rendered('| a | b |\n| --- | --- |\n| 1 \\| 2 | `x\\|y` |');
    expect(html).toContain('<th>a</th><th>b</th>');
    expect(html).toContain('<td>1 | 2</td><td><code>x|y</code></td>');
  });
});

it('says so when there is no case', () => {
  expect(renderDesk(emptyState())).toContain('No case yet.');
});
