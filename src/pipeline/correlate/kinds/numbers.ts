import type { WindowMember } from '../../../domain/ports.ts';
import type { CorrelationKind } from './kind.ts';
import { allHold } from './thresholds.ts';

/**
 * Numbers are taken to six decimal places and added up exactly: sums of floating
 * point numbers would depend on the order of their arrival.
 */
const MICROS = 1_000_000;
const NUMBER = /^-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?$/;

/** The number that a field's text is, in millionths; undefined where it is none, or too large to be one. */
export function microsOf(text: string): bigint | undefined {
  if (!NUMBER.test(text)) return undefined;
  const micros = Math.round(Number(text) * MICROS);
  return Number.isFinite(micros) ? BigInt(micros) : undefined;
}

const microsOfMember = ({ value }: WindowMember): bigint => microsOf(value ?? '') ?? 0n;

/** The sum, or the mean, of the field's numbers. A mean is compared without dividing. */
export const sumAndMean: CorrelationKind = {
  types: ['value_sum', 'value_avg'],
  needsValue: true,
  createWindow({ type, condition }) {
    let sum = 0n;
    let count = 0n;
    return {
      enter: (member) => {
        sum += microsOfMember(member);
        count += 1n;
      },
      leave: (member) => {
        sum -= microsOfMember(member);
        count -= 1n;
      },
      holds: () =>
        allHold(condition, (threshold) => {
          const bound = BigInt(Math.round(threshold * MICROS));
          return order(sum, type === 'value_avg' ? bound * count : bound);
        }),
    };
  },
};

/**
 * A percentile by nearest rank: the smallest number that so many percent of the
 * numbers do not exceed. It is always one of them. The median is the fiftieth.
 */
export const percentile: CorrelationKind = {
  types: ['value_percentile', 'value_median'],
  needsValue: true,
  createWindow({ percentile: percent = 50, condition }, members) {
    const numbers = [...new Set(members.map(microsOfMember))].sort(order);
    const placeOf = new Map(numbers.map((number, place) => [number, place]));
    const ranks = createRanks(numbers.length);
    const change = (member: WindowMember, by: number) =>
      ranks.change(placeOf.get(microsOfMember(member)) ?? 0, by);
    return {
      enter: (member) => change(member, 1),
      leave: (member) => change(member, -1),
      holds: () => {
        const rank = Math.max(1, Math.ceil((percent * ranks.total()) / 100));
        const found = numbers[ranks.placeOf(rank)] ?? 0n;
        return allHold(condition, (threshold) => order(found, BigInt(Math.round(threshold * MICROS))));
      },
    };
  },
};

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}

/** Counts by place, and the place of the n-th of all: a Fenwick tree. */
function createRanks(places: number) {
  const sums = new Array<number>(places + 1).fill(0);
  const topBit = 2 ** Math.floor(Math.log2(Math.max(1, places)));
  let total = 0;
  return {
    total: () => total,
    change(place: number, by: number): void {
      total += by;
      for (let at = place + 1; at <= places; at += at & -at) sums[at] = (sums[at] ?? 0) + by;
    },
    placeOf(rank: number): number {
      let before = 0;
      let left = rank;
      for (let step = topBit; step > 0; step >>= 1) {
        const sum = sums[before + step];
        if (sum === undefined || sum >= left) continue;
        before += step;
        left -= sum;
      }
      return before;
    },
  };
}
