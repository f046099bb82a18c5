/** One measured figure beside its limit. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number;
  readonly ratio: number;
  /** `>= 0.6`: of the limit. */
  readonly target: string;
  readonly ok: boolean;
}

type Work = () => unknown | Promise<unknown>;

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Processor time of all threads of this process, ms: what others do on the machine hardly counts. */
export async function cpuMs(work: Work): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export async function wallMs(work: Work): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

/** Runs both in turn, so that both meet the machine in the same moods. The first turn warms up and is not counted. */
export async function inTurns<Name extends string>(
  works: Readonly<Record<Name, Work>>,
  measure: (work: Work) => Promise<number>,
  turns: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(works) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const name of names) {
      const time = await measure(works[name]);
      if (turn > 0) times.get(name)?.push(time);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}

export function atLeast(name: string, unit: string, value: number, limit: number, target: number): Row {
  const ratio = value / limit;
  return { name, value, unit, limit, ratio, target: `>= ${target}`, ok: ratio >= target };
}

export function atMost(name: string, unit: string, value: number, limit: number, target: number): Row {
  const ratio = value / limit;
  return { name, value, unit, limit, ratio, target: `<= ${target}`, ok: ratio <= target };
}
