import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../../../src/adapters/prometheus/metrics.ts';

describe('metrics', () => {
  it('shows a counter under its name with _total, by labels', async () => {
    const metrics = createMetrics();
    metrics.count('dead_letters', { queue: 'main' });
    metrics.count('dead_letters', { queue: 'main' }, 2);
    expect(await metrics.render()).toContain('trailhive_dead_letters_total{queue="main"} 3\n');
  });

  it('shows a gauge as it was set last', async () => {
    const metrics = createMetrics();
    metrics.gauge('backlog', 5);
    metrics.gauge('backlog', 2);
    expect(await metrics.render()).toMatch(/^trailhive_backlog 2$/m);
  });

  it('sorts what is observed into seconds', async () => {
    const metrics = createMetrics();
    metrics.observe('thehive_request_seconds', 0.3, { method: 'GET' });
    const text = await metrics.render();
    expect(text).toContain('trailhive_thehive_request_seconds_bucket{le="0.1",method="GET"} 0\n');
    expect(text).toContain('trailhive_thehive_request_seconds_bucket{le="0.5",method="GET"} 1\n');
  });

  it('is told apart from another by where it was made', async () => {
    createMetrics().count('records');
    expect(await createMetrics().render()).not.toContain('trailhive_records_total');
  });
});
