import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Makes a check of an `Authorization` header against a secret: `Bearer <secret>`,
 * or the bare secret (TheHive's endpoint authentication `key`). Both sides are
 * hashed first, so that neither content nor length shows in the time it takes.
 */
export function createBearerCheck(secret: string): (header: string | undefined) => boolean {
  const expected = digest(secret);
  return (header) => {
    const given = header?.startsWith('Bearer ') ? header.slice('Bearer '.length) : (header ?? '');
    return timingSafeEqual(digest(given), expected);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
