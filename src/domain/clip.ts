/** Characters that move a terminal's cursor, break a line or turn the direction of reading. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Half of a character, as cutting may leave it: no encoder takes it. */
const LONE_HALF = /\p{Surrogate}/gu;

/** Attacker's text made fit to keep: one line, visible characters, at most `length` of them, no half pair. */
export function clip(text: string, length: number): string {
  return text.slice(0, length).replace(UNSEEN, ' ').replace(LONE_HALF, '\ufffd').trim();
}
