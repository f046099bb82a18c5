import { printable } from './printable.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** A value as HTML text or as a quoted attribute. Not for scripts, styles, URLs or unquoted attributes. */
export function escapeHtml(value: string): string {
  return printable(value).replaceAll(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}
