import Type from 'typebox';
import { defineAction, placeOf } from '../action.ts';

const params = Type.Object(
  { text: Type.String({ minLength: 1, maxLength: 16_384 }) },
  { additionalProperties: false },
);

/** Writes a comment (Markdown) on the case, or on the alert while it has none. */
export const thehiveAddComment = defineAction(params, {
  name: 'thehive.add-comment',
  risk: 'notify',
  markdown: ['text'],
  simulate: ({ text }, subject) => `would comment on the ${placeOf(subject).kind}: ${excerptOf(text)}`,
  async run(subject, { text }, { desk, idempotencyKey }) {
    const place = placeOf(subject);
    await desk.addComment(place, idempotencyKey, text);
    return { summary: `commented on the ${place.kind}: ${excerptOf(text)}`, data: { place: place.kind } };
  },
});

function excerptOf(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 120 ? line : `${line.slice(0, 119)}…`;
}
