import type { Liquid } from 'liquidjs';

/** Tags that print outside of the escaper (`echo`, `cycle`, …) or reach files are not among them. */
const TAGS: readonly string[] = [
  'assign',
  'break',
  'capture',
  'case',
  'comment',
  'continue',
  'for',
  'if',
  'raw',
  'unless',
  '#',
];

/** Filters that shape data. None computes, none marks its result as escaped, none reads a clock. */
const FILTERS: readonly string[] = [
  'append',
  'capitalize',
  'compact',
  'concat',
  'date',
  'default',
  'downcase',
  'first',
  'join',
  'last',
  'map',
  'prepend',
  'replace',
  'reverse',
  'size',
  'slice',
  'sort',
  'split',
  'strip',
  'truncate',
  'uniq',
  'upcase',
  'where',
];

const DATE_FORMAT = '%Y-%m-%d %H:%M:%S UTC';

/** Leaves the engine only the tags of the list; names that every object inherits are none. */
export function allowTags(liquid: Liquid): void {
  keepOnly(liquid.tags, TAGS);
}

/** Leaves the engine only the filters of the list, with a `date` that is UTC and takes no "now". */
export function allowFilters(liquid: Liquid): void {
  keepOnly(liquid.filters, FILTERS);
  const builtIn = liquid.filters['date'];
  if (typeof builtIn !== 'function') throw new Error('liquidjs has no plain date filter');
  liquid.registerFilter('date', function (value: unknown, format: unknown = DATE_FORMAT) {
    const time = typeof value === 'number' ? value : timeOf(value);
    return Number.isNaN(time) ? '' : builtIn.call(this, new Date(time), String(format));
  });
}

/** Epoch ms of an ISO time, else NaN. */
function timeOf(value: unknown): number {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
}

function keepOnly(registry: object, names: readonly string[]): void {
  for (const name of Object.keys(registry)) {
    if (!names.includes(name)) Reflect.deleteProperty(registry, name);
  }
  Object.setPrototypeOf(registry, null);
}
