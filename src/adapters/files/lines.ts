import { TrailhiveError } from '../../domain/errors.ts';

export interface LineOfText {
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

/** A line beyond this is no record and would not fit into one string soon. */
const MAX_LINE_CHARS = 256 * 1024 * 1024;

/** The lines of UTF-8 bytes, without their ends. Throws `input` for a line that has no bound. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LineOfText> {
  const decoder = new TextDecoder();
  let line = 0;
  let open: string[] = [];
  let openChars = 0;
  for await (const chunk of chunks) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    open.push(first);
    openChars += first.length;
    if (openChars > MAX_LINE_CHARS)
      throw new TrailhiveError('input', `a line is longer than ${MAX_LINE_CHARS} characters`);
    for (const text of others) {
      line += 1;
      yield { line, text: open.join('') };
      open = [text];
      openChars = text.length;
    }
  }
  const last = open.join('') + decoder.decode();
  if (last !== '') yield { line: line + 1, text: last };
}
