/** Hyphen, slash, en dash, em dash, horizontal bar. */
const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'] as const;

/** Where pySigma sees a switch: a dash or slash that starts a word. */
const SWITCH = /(?<![\p{L}\p{N}_])[-/\u2013\u2014\u2015](?=[\p{L}\p{N}_])/u;

/**
 * All writings of a text in which each switch begins with any of the five dashes;
 * undefined where there are more than `limit`.
 */
export function dashWritings(text: string, limit: number): readonly string[] | undefined {
  const parts = text.split(new RegExp(SWITCH, 'gu'));
  if (DASHES.length ** (parts.length - 1) > limit) return undefined;
  let writings: readonly string[] = [parts[0] ?? ''];
  for (const part of parts.slice(1)) {
    writings = writings.flatMap((writing) => DASHES.map((dash) => `${writing}${dash}${part}`));
  }
  return writings;
}
