import type { CloudTrailRecord } from '../../../domain/event.ts';
import { flagAt, own, textAt, valueAt } from '../../../domain/record.ts';
import type { DerivedFact } from './fact.ts';
import { instanceTypesOf, SIZING_CALLS } from './instance-types.ts';
import { valuesByKey } from './values-by-key.ts';

/**
 * Whether a call asks for machines that cost much: GPU or accelerator families,
 * metal, 8xlarge and up, or the same by requirements instead of types.
 */
export const expensiveInstances: DerivedFact = {
  name: 'expensiveInstances',
  calls: SIZING_CALLS,
  says: asksForExpensive,
};

const REQUIREMENTS = new Set(['instancerequirements']);

function asksForExpensive(record: CloudTrailRecord): boolean | undefined {
  const asked = own(record, 'requestParameters');
  const types = instanceTypesOf(record);
  const requirements = valuesByKey(asked, REQUIREMENTS).map(lowerKeys);
  if (types.length + requirements.length === 0) return undefined;
  return types.some(isExpensive) || requirements.some(requiresExpensive);
}

/** Families with GPUs (p, g, gr), with chips for machine learning, video or logic (inf, trn, dl, vt, f). */
const ACCELERATED = /^(p|g|gr|inf|trn|dl|vt|f)\d/;
/** The size at which a machine has 32 virtual processors, and costs some 10,000 USD a year. */
const LARGE = 8;

/** `g5.xlarge`, `c7i.metal-24xl`, `m5.8xlarge`; a family alone, as Batch takes it, by its name. */
export function isExpensive(type: string): boolean {
  const [family = '', size = ''] = type.split('.');
  if (ACCELERATED.test(family) || size.startsWith('metal')) return true;
  const [, times] = /^(\d{1,3})xlarge$/.exec(size) ?? [];
  return Number(times ?? 0) >= LARGE;
}

function requiresExpensive(requirements: object): boolean {
  const accelerators = numberAt(requirements, 'acceleratorcount', 'min');
  const processors = numberAt(requirements, 'vcpucount', 'min');
  const metal = textAt(requirements, 'baremetal').toLowerCase();
  return (
    accelerators >= 1 ||
    processors >= 32 ||
    metal === 'required' ||
    flagAt(requirements, 'baremetal') === true
  );
}

function numberAt(value: object, key: string, inner: string): number {
  return Number(valueAt(lowerKeys(own(value, key)), inner) ?? 0);
}

function lowerKeys(value: unknown): object {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([key, item]) => [key.toLowerCase(), item]));
}
