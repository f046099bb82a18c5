/**
 * A text without its case, for Sigma's case-insensitive comparing: Unicode lower
 * case, and the two small sigmas as one, because which of them `toLowerCase`
 * writes depends on the letters around it.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}
