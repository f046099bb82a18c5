/** What one batch may cost. A file beyond a bound is refused; a record beyond one is set aside alone. */
export interface DecodeLimits {
  readonly maxCompressedBytes: number;
  readonly maxInflatedBytes: number;
  readonly maxRecords: number;
  /** Longest JSON text of one record, in characters. */
  readonly maxRecordChars: number;
  /** Deepest nesting of one record. */
  readonly maxDepth: number;
  /** How far after its delivery an event may claim to have happened before its time is not believed, ms. */
  readonly maxSkewMs: number;
}

/** CloudTrail delivers files of some MB; a record has at most 256 KB by AWS' own bound, 1 MB with enriched fields. */
export const DECODE_LIMITS: DecodeLimits = {
  maxCompressedBytes: 64 * 1024 * 1024,
  maxInflatedBytes: 256 * 1024 * 1024,
  maxRecords: 200_000,
  maxRecordChars: 2 * 1024 * 1024,
  maxDepth: 64,
  maxSkewMs: 3_600_000,
};
