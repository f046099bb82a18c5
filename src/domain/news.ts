import type { Severity } from './severity.ts';

/**
 * One thing about an alert that people should read in a comment. The marker names
 * the fact, not the moment: a fact is told once a place, however often and in
 * whatever order the input arrives.
 */
export type News = { readonly marker: string } & (
  | { readonly kind: 'in-case' }
  | { readonly kind: 'severity'; readonly from: Severity; readonly to: Severity }
  | { readonly kind: 'count'; readonly reached: number }
  | { readonly kind: 'actor' | 'source'; readonly value: string }
  /** What had fallen silent is heard again. */
  | { readonly kind: 'returned' }
  /** New activity after a person closed the alert or its case. */
  | { readonly kind: 'after-close'; readonly status: string }
);
