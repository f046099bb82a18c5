import { printable } from './printable.ts';

/** What makes a spreadsheet compute a cell, full-width forms included. A leading tab or CR does too. */
const FORMULA = /^[\s]*[=+\-@＝＋－＠|%]|^[\t\r\n]/;

/** A value as one quoted CSV field that no spreadsheet takes for a formula: such a one gets a `'` in front. */
export function escapeCsv(value: string): string {
  const guard = FORMULA.test(value) || FORMULA.test(printable(value)) ? "'" : '';
  return `"${guard}${printable(value).replaceAll('"', '""')}"`;
}
