const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** Fewer calls of people show no habit. */
const LEAST_CALLS = 200;
/** Of the calls of people, what the hours must hold. */
const SHARE = 0.9;
/** Longer hours say nothing. */
const MOST_HOURS = 14;
/** A day with less than this part of the busiest day's calls is free. */
const WORKDAY = 0.2;

/** The shortest hours that hold nine of ten calls of people, as lines of YAML; none where there is no habit. */
export function proposeHours(hoursOfWeek: readonly number[]): readonly string[] {
  const total = hoursOfWeek.reduce((sum, calls) => sum + calls, 0);
  if (total < LEAST_CALLS) return [];
  const byDay = DAYS.map((_, day) => sumOf(hoursOfWeek.slice(day * 24, day * 24 + 24)));
  const busiest = Math.max(...byDay);
  const days = DAYS.filter((_, day) => (byDay[day] ?? 0) >= busiest * WORKDAY);
  const byHour = Array.from({ length: 24 }, (_, hour) =>
    sumOf(DAYS.map((name, day) => (days.includes(name) ? (hoursOfWeek[day * 24 + hour] ?? 0) : 0))),
  );
  const span = shortestSpan(byHour, total * SHARE);
  if (span === undefined) return [];
  return [
    `  - timezone: UTC  # of ${total} calls of people`,
    `    days: [${days.join(', ')}]`,
    `    from: "${clock(span.from)}"`,
    `    to: "${clock(span.from + span.hours)}"`,
  ];
}

function shortestSpan(byHour: readonly number[], least: number): { from: number; hours: number } | undefined {
  for (let hours = 1; hours <= MOST_HOURS; hours += 1) {
    for (let from = 0; from < 24; from += 1) {
      const inside = Array.from({ length: hours }, (_, index) => byHour[(from + index) % 24] ?? 0);
      if (sumOf(inside) >= least) return { from, hours };
    }
  }
  return undefined;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}

function clock(hour: number): string {
  return `${String(hour % 24).padStart(2, '0')}:00`;
}
