import type { DatePart } from './modifier-chain.ts';

const DAY_MS = 86_400_000;
const ISO_DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]{4,15}(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?$/;

/**
 * One part of a date as a number, in UTC; weeks are those of ISO 8601. A date is
 * ISO text, or a number of seconds or milliseconds since the epoch. Undefined
 * where the value is no date.
 */
export function datePartOf(value: unknown, part: DatePart): number | undefined {
  const time = timeOf(value);
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : PARTS[part](date);
}

const PARTS: Readonly<Record<DatePart, (date: Date) => number>> = {
  minute: (date) => date.getUTCMinutes(),
  hour: (date) => date.getUTCHours(),
  day: (date) => date.getUTCDate(),
  week: isoWeek,
  month: (date) => date.getUTCMonth() + 1,
  year: (date) => date.getUTCFullYear(),
};

function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Math.abs(value) < 1e11 ? value * 1000 : value;
  if (typeof value !== 'string' || value.length > 40 || !ISO_DATE.test(value)) return undefined;
  const hasZone = value.length === 10 || /(?:Z|[+-][0-9]{2}:?[0-9]{2})$/.test(value.slice(10));
  return Date.parse(`${value.replace(' ', 'T')}${hasZone ? '' : 'Z'}`);
}

/** The week that holds the date's Thursday. */
function isoWeek(date: Date): number {
  const day = Math.floor(date.getTime() / DAY_MS);
  const thursday = new Date((day - ((date.getUTCDay() + 6) % 7) + 3) * DAY_MS);
  const firstOfYear = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.floor((thursday.getTime() - firstOfYear) / DAY_MS / 7) + 1;
}
