import { hashOf } from '../../domain/hash.ts';

/** Longer names keep their beginning; a hash tells them apart. */
const IDENTITY_LENGTH = 256;

/** The name under which an identity is kept: bounded, and two long ones stay two. */
export function identityText(
  kind: 'actor' | 'source' | 'shared' | 'event' | 'resource',
  name: string,
): string {
  const text = `${kind}:${name}`;
  if (text.length <= IDENTITY_LENGTH) return text;
  const tail = `~${hashOf([text])}`;
  return text.slice(0, IDENTITY_LENGTH - tail.length).replace(/[\uD800-\uDBFF]$/, '') + tail;
}
