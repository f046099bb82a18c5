import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '../../domain/ports.ts';

type Labels = Readonly<Record<string, string>>;

const PREFIX = 'trailhive_';
/** Seconds, from a Redis call to a slow TheHive. */
const BUCKETS = [0.005, 0.02, 0.1, 0.5, 2, 10, 30, 60, 300];

/**
 * Metrics of this process for Prometheus. A name keeps the labels of its first use.
 * Shown as `trailhive_<name>`, a counter as `trailhive_<name>_total`. What is
 * observed is in seconds, and its name says so.
 */
export function createMetrics(): Metrics & { render(): Promise<string> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  return {
    count: (name, labels = {}, by = 1) =>
      once(counters, name, () => new Counter(describe(totalOf(name), labels, registry))).inc(labels, by),
    gauge: (name, value, labels = {}) =>
      once(gauges, name, () => new Gauge(describe(name, labels, registry))).set(labels, value),
    observe: (name, value, labels = {}) =>
      once(
        histograms,
        name,
        () => new Histogram({ ...describe(name, labels, registry), buckets: BUCKETS }),
      ).observe(labels, value),
    render: () => registry.metrics(),
  };
}

/** A counter's name ends so by Prometheus' own rule. */
function totalOf(name: string): string {
  return name.endsWith('_total') ? name : `${name}_total`;
}

function describe(name: string, labels: Labels, registry: Registry) {
  return {
    name: `${PREFIX}${name}`,
    help: name.replaceAll('_', ' '),
    labelNames: Object.keys(labels),
    registers: [registry],
  };
}

function once<T>(made: Map<string, T>, name: string, make: () => T): T {
  const known = made.get(name);
  if (known !== undefined) return known;
  const metric = make();
  made.set(name, metric);
  return metric;
}
