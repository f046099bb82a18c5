import { createHash } from 'node:crypto';

/** Draws that follow from a seed and a name alone: what one part of the simulation draws moves no other part. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number, both ends included. */
  int(least: number, most: number): number;
  pick<T>(items: readonly T[]): T;
  chance(probability: number): boolean;
  hex(length: number): string;
  uuid(): string;
  /** Letters and digits as in AWS' ids of principals and keys. */
  letters(length: number): string;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function randomOf(seed: number, ...names: readonly (string | number)[]): Random {
  const digest = createHash('sha256')
    .update([seed, ...names].join('\n'))
    .digest();
  let state = digest.readUInt32LE(0);
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  const from = (letters: string, length: number) =>
    Array.from({ length }, () => letters[int(0, letters.length - 1)]).join('');
  const eight = () =>
    Math.floor(next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  const hex = (length: number) => {
    let text = '';
    while (text.length < length) text += eight();
    return text.slice(0, length);
  };
  return {
    next,
    int,
    pick: (items) => items[int(0, items.length - 1)] as (typeof items)[number],
    chance: (probability) => next() < probability,
    hex,
    uuid: () => {
      const all = hex(32);
      return `${all.slice(0, 8)}-${all.slice(8, 12)}-4${all.slice(13, 16)}-a${all.slice(17, 20)}-${all.slice(20)}`;
    },
    letters: (length) => from(LETTERS, length),
  };
}
