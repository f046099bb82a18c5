/** One tag of at most 128 characters, without control characters or line breaks; never empty. */
export function tagOf(text: string): string {
  const flat = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return flat === '' ? '-' : flat.slice(0, 128);
}

/** Unique and in order; TheHive refuses a list that names a tag twice. */
export function tagsOf(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.map(tagOf))];
}
