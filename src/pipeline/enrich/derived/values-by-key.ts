/** Deeper than any request of AWS, and shallow enough for the stack. */
const DEEPEST = 16;
/** More nodes than this are padding. */
const MOST_NODES = 20_000;

/**
 * Everything that stands under one of these keys, at any depth, in the order of the
 * text. Keys are compared without regard to case, as CloudTrail spells one parameter
 * in several ways; `keys` are lower case. Lists below a key are unrolled.
 */
export function valuesByKey(value: unknown, keys: ReadonlySet<string>): readonly unknown[] {
  const found: unknown[] = [];
  let left = MOST_NODES;
  const walk = (node: unknown, depth: number): void => {
    left -= 1;
    if (typeof node !== 'object' || node === null || depth > DEEPEST || left < 0) return;
    for (const [key, item] of Object.entries(node)) {
      if (!Array.isArray(node) && keys.has(key.toLowerCase()))
        found.push(...(Array.isArray(item) ? item : [item]));
      walk(item, depth + 1);
    }
  };
  walk(value, 0);
  return found;
}
