import { printable } from './printable.ts';

/**
 * A value as Markdown that shows exactly it: no emphasis, code, table cell, link,
 * image, mention, list, heading or HTML comes of it, wherever in a line it
 * stands. One line, so that it cannot leave a table cell or a quotation.
 */
export function escapeMarkdown(value: string): string {
  return printable(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_~[\]|!@$]/g, '\\$&')
    .replaceAll('://', '\\://')
    .replaceAll(/\bwww\./gi, (www) => `${www.slice(0, -1)}\\.`)
    .replace(/^[#+=:-]/, '\\$&')
    .replace(/^(\d{1,9})([.)])/, '$1\\$2');
}

/**
 * A value as a Markdown code span, `` `value` ``. A `|` is written `\|`, which a
 * table needs; outside of a table the backslash shows.
 */
export function markdownCode(value: string): string {
  const text = printable(value).replaceAll('|', '\\|');
  if (text === '') return '';
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}
