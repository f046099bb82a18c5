import { fold } from './fold.ts';
import type { Pattern } from './pattern.ts';

/** A text of an event and its folded form, worked out once. */
export interface Text {
  readonly raw: string;
  readonly folded: string;
}

export type TextTest = (text: Text) => boolean;

type Find = (text: string) => boolean;

/** Characters to find one after the other; undefined stands for any one. */
type Chunk = readonly (string | undefined)[];

/**
 * A test of whole texts against a pattern. It never backtracks over what it has
 * passed: its time is bounded by (length of the text × length of the pattern),
 * whatever the text.
 */
export function compileGlob(pattern: Pattern, cased: boolean): TextTest {
  const find = compileFind(cased ? pattern : pattern.map(foldToken));
  return cased ? (text) => find(text.raw) : (text) => find(text.folded);
}

function foldToken(token: Pattern[number]): Pattern[number] {
  return token.kind === 'text' ? { kind: 'text', text: fold(token.text) } : token;
}

function compileFind(pattern: Pattern): Find {
  return pattern.some((token) => token.kind === 'one') ? compileByCharacter(pattern) : compileByText(pattern);
}

/** No `?`: chunks of plain text between `*`, found with the engine's own search. */
function compileByText(pattern: Pattern): Find {
  const chunks = [''];
  for (const token of pattern) {
    if (token.kind === 'many') chunks.push('');
    else if (token.kind === 'text') chunks[chunks.length - 1] += token.text;
  }
  const first = chunks[0] ?? '';
  if (chunks.length === 1) return (text) => text === first;
  const last = chunks.at(-1) ?? '';
  const middle = chunks.slice(1, -1).filter((chunk) => chunk !== '');
  const [only] = middle;
  if (first === '' && last === '' && middle.length <= 1) {
    return only === undefined ? () => true : (text) => text.includes(only);
  }
  return (text) => {
    const end = text.length - last.length;
    if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const chunk of middle) {
      const found = text.indexOf(chunk, at);
      if (found < 0) return false;
      at = found + chunk.length;
    }
    return at <= end;
  };
}

/** With `?`: by characters as people count them, so that `?` takes a whole emoji. */
function compileByCharacter(pattern: Pattern): Find {
  const chunks: (string | undefined)[][] = [[]];
  for (const token of pattern) {
    if (token.kind === 'many') chunks.push([]);
    else if (token.kind === 'one') chunks.at(-1)?.push(undefined);
    else if (token.kind === 'text') chunks.at(-1)?.push(...token.text);
  }
  const first = chunks[0] ?? [];
  if (chunks.length === 1) {
    return (text) => {
      const characters = Array.from(text);
      return characters.length === first.length && standsAt(first, characters, 0);
    };
  }
  const last = chunks.at(-1) ?? [];
  const middle = chunks.slice(1, -1);
  return (text) => {
    const characters = Array.from(text);
    const end = characters.length - last.length;
    if (first.length > end || !standsAt(first, characters, 0) || !standsAt(last, characters, end))
      return false;
    let at = first.length;
    for (const chunk of middle) {
      while (at + chunk.length <= end && !standsAt(chunk, characters, at)) at += 1;
      if (at + chunk.length > end) return false;
      at += chunk.length;
    }
    return true;
  };
}

function standsAt(chunk: Chunk, characters: readonly string[], at: number): boolean {
  return chunk.every((wanted, offset) => wanted === undefined || wanted === characters[at + offset]);
}
