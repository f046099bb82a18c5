import { hashOf } from '../../domain/hash.ts';

/** The line that names a comment or task, so that it is not written twice. Always the last line. */
const LINE = /^`trailhive:[0-9a-f]{16}(?: trailhive:[0-9a-f]{16})*`$/;

function markOf(marker: string): string {
  return `trailhive:${hashOf([marker]).slice(0, 16)}`;
}

/** The text with its marker line. Markers are hashed: they may hold anything, and a text cannot forge one by accident. */
export function withMarkers(text: string, markers: readonly string[]): string {
  return `${text.trimEnd()}\n\n\`${markers.map(markOf).join(' ')}\``;
}

/** Does one of the texts carry the marker? Only a last line counts: what is quoted above it is content. */
export function carries(texts: readonly string[], marker: string): boolean {
  const mark = markOf(marker);
  return texts.some((text) => {
    const last = text.trimEnd().split('\n').at(-1)?.trim() ?? '';
    return LINE.test(last) && last.includes(mark);
  });
}
