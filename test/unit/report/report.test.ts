import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ReportInput, renderReport } from '../../../src/report/report.ts';
import { anActor, anEvidence, aRule } from '../../helpers/a-finding.ts';
import { anAlert } from '../../helpers/an-alert.ts';

const template = readFileSync(resolve(import.meta.dirname, '../../../templates/report.html.liquid'), 'utf8');

const EMPTY: ReportInput = {
  title: 'What trailhive found',
  madeAt: Date.UTC(2026, 4, 4, 12, 30),
  note: 'A test.',
  counts: { records: 0, findings: 0, alerts: 0, cases: 0, hidden: 0 },
  cases: [],
  alerts: [],
};
const render = (input: Partial<ReportInput> = {}) => renderReport(template, { ...EMPTY, ...input });

/** The text between the tags, in lines. */
const textOf = (page: string) => page.replace(/<style>[\s\S]*<\/style>/, '').replace(/<[^>]+>/g, '');

const aCase = (alerts: readonly string[], more: Partial<ReportInput['cases'][number]> = {}) => ({
  number: 1,
  title: 'A case',
  status: 'New',
  severity: 'high' as const,
  alerts,
  ...more,
});

const ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ title }}';

describe('what an attacker wrote', () => {
  const evidence = anEvidence({
    eventName: ATTACK,
    sourceAddress: ATTACK,
    errorCode: ATTACK,
    summary: ATTACK,
    actor: anActor({ name: ATTACK }),
    observables: [{ type: 'user-agent', value: ATTACK, tags: [ATTACK] }],
  });
  const alert = anAlert({ evidence: [evidence] });
  const lone = anAlert({ evidence: [evidence], rule: aRule({ id: 'another' }) });
  const page = render({
    title: ATTACK,
    note: ATTACK,
    alerts: [alert, lone],
    cases: [aCase([alert.fingerprint], { title: ATTACK, status: ATTACK })],
  });

  it('is shown as text and makes no element', () => {
    expect(page).not.toMatch(/<script|<img|onerror=alert\(2\)>/);
    // Title, note, case, status, observable, the event's cells twice over, and the actors.
    expect(page.split('&lt;script&gt;').length).toBeGreaterThan(10);
  });

  it('is no template of its own', () => {
    expect(page).toContain('{{ title }}');
  });

  it('could load nothing even if it were an element', () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });
});

describe('the page', () => {
  it('shows every count with its word', () => {
    const text = textOf(render({ counts: { records: 276, findings: 10, alerts: 8, cases: 5, hidden: 1 } }));
    for (const count of ['276records', '10findings', '8alerts', '5cases', '1hidden'])
      expect(text).toContain(count);
  });

  it('says when it was made', () => {
    expect(render()).toContain('Made 2026-05-04 12:30:00. All times are UTC.');
  });

  it('says that no case was opened', () => {
    expect(render()).toContain('No case was opened.');
    expect(render({ cases: [aCase([])] })).not.toContain('No case was opened.');
  });

  it('puts an alert into its case, and the others into a table of their own', () => {
    const inCase = anAlert({ rule: aRule({ id: 'r1', title: 'In The Case' }) });
    const alone = anAlert({ rule: aRule({ id: 'r2', title: 'On Its Own' }) });
    const page = render({ alerts: [alone, inCase], cases: [aCase([inCase.fingerprint])] });
    const [cases = '', others = ''] = page.split('Alerts without a case');
    expect(cases).toContain('In The Case');
    expect(cases).not.toContain('On Its Own');
    expect(others).toContain('On Its Own');
    expect(others).not.toContain('In The Case');
  });

  it('has no table of alerts without a case where there is none', () => {
    const alert = anAlert();
    expect(render({ alerts: [alert], cases: [aCase([alert.fingerprint])] })).not.toContain(
      'Alerts without a case',
    );
  });

  it('lists cases by number, and alerts by severity, then time', () => {
    const early = { event: { time: Date.UTC(2026, 4, 4, 8) } };
    const alerts = [
      anAlert({ rule: aRule({ id: 'm', title: 'Medium One', level: 'medium' }) }),
      anAlert({
        rule: aRule({ id: 'h2', title: 'Late High', level: 'high' }),
        event: { time: Date.UTC(2026, 4, 4, 9) },
      }),
      anAlert({ rule: aRule({ id: 'h1', title: 'Early High', level: 'high' }), ...early }),
    ];
    const fingerprints = alerts.map(({ fingerprint }) => fingerprint);
    const page = render({
      alerts,
      cases: [aCase([], { number: 2, title: 'Second' }), aCase(fingerprints, { number: 1, title: 'First' })],
    });
    const order = ['#1 First', 'Early High', 'Late High', 'Medium One', '#2 Second'].map((text) =>
      page.indexOf(text),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  it('says a time once where all happened at once, and who it was', () => {
    const time = Date.UTC(2026, 4, 4, 9, 54);
    const alert = anAlert({ event: { time, actor: anActor({ name: 'ci-deploy' }) } });
    const text = textOf(render({ alerts: [alert], cases: [aCase([alert.fingerprint])] }));
    expect(text).toContain('1 event · 2026-05-04 09:54:00 · ci-deploy · T1562.007');
  });

  it('says of how many events the first are shown', () => {
    const alert = anAlert({ count: 40 });
    expect(render({ alerts: [alert], cases: [aCase([alert.fingerprint])] })).toContain(
      'Events (the first 1 of 40)',
    );
  });
});
