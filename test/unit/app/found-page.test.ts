import { expect, it } from 'vitest';
import { renderFoundPage } from '../../../src/app/found-page.ts';

it('renders the page from the template that comes with trailhive', async () => {
  const page = await renderFoundPage({
    title: 'What <trailhive> found',
    madeAt: Date.UTC(2026, 4, 4),
    note: '',
    counts: { records: 3, findings: 2, alerts: 1, cases: 0, hidden: 0 },
    cases: [],
    alerts: [],
  });
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain('<title>What &lt;trailhive&gt; found</title>');
  expect(page.trimEnd()).toMatch(/<\/html>$/);
});
