import { Buffer } from 'node:buffer';
import type { ModifierChain, Utf16 } from './modifier-chain.ts';

/** The texts that an encoding chain makes of a value; any of them may stand in the event. */
export function encodeText(text: string, chain: Pick<ModifierChain, 'utf16' | 'base64'>): readonly string[] {
  const bytes = chain.utf16 === undefined ? Buffer.from(text, 'utf8') : utf16(text, chain.utf16);
  if (chain.base64 === 'base64') return [bytes.toString('base64')];
  if (chain.base64 === 'base64offset') return [0, 1, 2].map((shift) => base64At(bytes, shift));
  return [bytes.toString('latin1')];
}

function utf16(text: string, form: Utf16): Buffer {
  const little = Buffer.from(text, 'utf16le');
  if (form === 'utf16be') return little.swap16();
  return form === 'utf16' ? Buffer.concat([Buffer.from([0xff, 0xfe]), little]) : little;
}

/** The characters that stay the same whatever stands before and after the bytes at this shift. */
function base64At(bytes: Buffer, shift: number): string {
  const start = [0, 2, 3][shift] ?? 0;
  const cut = [0, 3, 2][(bytes.length + shift) % 3] ?? 0;
  const whole = Buffer.concat([Buffer.alloc(shift, 0x20), bytes]).toString('base64');
  return whole.slice(start, whole.length - cut);
}
