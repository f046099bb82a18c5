import type { Log, Metrics } from '../../src/domain/ports.ts';

/** A log that keeps what was said. */
export function aLog(): Log & { readonly lines: { level: string; message: string; fields: object }[] } {
  const lines: { level: string; message: string; fields: object }[] = [];
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push({ level, message, fields });
  };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Metrics that keep their sums, by name and labels: `skipped reason=digest`. */
export function aMeter(): Metrics & { readonly sums: Map<string, number> } {
  const sums = new Map<string, number>();
  const key = (name: string, labels: Readonly<Record<string, string>> = {}) =>
    [name, ...Object.entries(labels).map(([label, value]) => `${label}=${value}`)].join(' ');
  return {
    sums,
    count: (name, labels, by = 1) => {
      sums.set(key(name, labels), (sums.get(key(name, labels)) ?? 0) + by);
    },
    observe: () => undefined,
    gauge: (name, value, labels) => {
      sums.set(key(name, labels), value);
    },
  };
}
