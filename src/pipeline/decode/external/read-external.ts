import type { ExternalFinding, ExternalProduct } from '../../../domain/external.ts';
import { own } from '../../../domain/record.ts';
import { isArchived, readGuardDuty } from './guard-duty.ts';
import { isSettled, readSecurityHub } from './security-hub.ts';

/** What became of a finding of another product. */
export type ExternalReading =
  | { readonly finding: ExternalFinding }
  /** It asks for nobody's attention. */
  | { readonly settled: true }
  | { readonly problem: string };

interface Reader {
  readonly isSettled: (detail: unknown) => boolean;
  readonly read: (detail: unknown, deliveredAt: number) => ExternalFinding | undefined;
}

const READERS: ReadonlyMap<string, Reader> = new Map<ExternalProduct, Reader>([
  ['guardduty', { isSettled: isArchived, read: readGuardDuty }],
  ['securityhub', { isSettled, read: readSecurityHub }],
]);

/**
 * Reads one entry of an inline batch, `{"product":"guardduty","detail":{…}}`. Times in the
 * future are taken for the time of delivery, so that no finding moves a clock.
 */
export function readExternal(entry: unknown, deliveredAt: number): ExternalReading {
  const product = own(entry, 'product');
  const reader = typeof product === 'string' ? READERS.get(product) : undefined;
  if (reader === undefined) return { problem: 'finding of an unknown product' };
  const detail = own(entry, 'detail');
  if (typeof detail !== 'object' || detail === null) return { problem: 'finding is not an object' };
  if (reader.isSettled(detail)) return { settled: true };
  const finding = reader.read(detail, deliveredAt);
  if (finding === undefined) return { problem: 'finding has no id or no type' };
  const notAfter = (time: number) => Math.min(time, deliveredAt);
  return {
    finding: {
      ...finding,
      updatedAt: notAfter(finding.updatedAt),
      lastSeen: notAfter(finding.lastSeen),
    },
  };
}
