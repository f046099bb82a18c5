import type { ContextEntry } from './context-schema.ts';

type Hours = Pick<ContextEntry<'workingHours'>, 'timezone' | 'days' | 'from' | 'to' | 'holidays'>;

const DAY_MS = 86_400_000;

export function isTimezone(name: string): boolean {
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether an instant (epoch ms) is within the hours, by the clock of their time zone.
 * Hours that end before they begin go over midnight, and belong to the day on which
 * they begin; so does a holiday.
 */
export function compileWorkingHours(hours: Hours): (time: number) => boolean {
  const formatter = formatterOf(hours.timezone);
  const days = new Set<string>(hours.days);
  const holidays = new Set(hours.holidays);
  const isWorkday = ({ day, date }: LocalTime) => days.has(day) && !holidays.has(date);
  const isOverMidnight = hours.to < hours.from;
  return (time) => {
    const local = localTime(formatter, time);
    if (!isOverMidnight) return isWorkday(local) && local.clock >= hours.from && local.clock < hours.to;
    if (local.clock >= hours.from) return isWorkday(local);
    return local.clock < hours.to && isWorkday(localTime(formatter, time - DAY_MS));
  };
}

interface LocalTime {
  /** `mon` */
  readonly day: string;
  /** `2026-12-25` */
  readonly date: string;
  /** `08:30` */
  readonly clock: string;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

function localTime(formatter: Intl.DateTimeFormat, time: number): LocalTime {
  const parts = new Map(formatter.formatToParts(time).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return {
    day: part('weekday').toLowerCase(),
    date: `${part('year')}-${part('month')}-${part('day')}`,
    clock: `${part('hour')}:${part('minute')}`,
  };
}
