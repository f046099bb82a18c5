import { afterEach, expect, it } from 'vitest';
import { setupTheHive } from '../../../src/adapters/thehive/setup.ts';
import { createTheHiveDesk } from '../../../src/adapters/thehive/thehive-desk.ts';
import { anActor, anEvidence, aRule, TEN_O_CLOCK } from '../../helpers/a-finding.ts';
import { anAlert } from '../../helpers/an-alert.ts';
import { aDesk, type DeskSetting } from './a-desk.ts';

let setting: DeskSetting;
afterEach(() => setting.end());

const posts = (path: string) =>
  setting.hive.state.requests.filter((request) => request.method === 'POST' && request.path.includes(path));

it('creates an alert with its key, severity, tags, observables and procedures', async () => {
  setting = await aDesk();
  const alert = anAlert({ event: { accountName: 'sandbox', environment: 'dev' }, severity: 'high' });

  const made = await setting.desk.createAlert(alert);

  const [stored] = setting.hive.state.alerts;
  expect(stored).toMatchObject({
    _id: made.id,
    type: 'network.security_group.open',
    source: 'trailhive',
    sourceRef: alert.fingerprint,
    title: 'Security group opened to the world: alice in sandbox (111122223333), dev',
    severity: 3,
    date: TEN_O_CLOCK,
  });
  expect(stored?.tags).toEqual(
    expect.arrayContaining(['trailhive', `rule:${alert.rule.id}`, 'attack:T1562.007', 'environment:dev']),
  );
  expect(
    setting.hive.state.observables.map(({ dataType, data, tags }) => ({ dataType, data, tags })),
  ).toEqual([
    // The server has no type of that name: `other`, and the type as a tag.
    {
      dataType: 'other',
      data: 'arn:aws:iam::111122223333:user/alice',
      tags: ['aws-principal', 'actor'],
    },
    { dataType: 'ip', data: '198.51.100.7', tags: ['source'] },
  ]);
  expect(setting.hive.state.procedures.map(({ patternId }) => patternId)).toEqual(['T1562.007']);
});

it('makes one alert of two creates, and finds it again by its own name', async () => {
  setting = await aDesk();
  const alert = anAlert();

  const first = await setting.desk.createAlert(alert);
  const second = await setting.anotherDesk().createAlert(alert);

  expect(second.id).toBe(first.id);
  expect((await setting.desk.findAlert(alert))?.id).toBe(first.id);
  expect(await setting.desk.findAlert(anAlert({ fingerprint: 'v1-none' }))).toBeUndefined();
});

it('takes a refused duplicate for what it is: two workers create the same alert at once', async () => {
  setting = await aDesk({ duplicateAlertStatus: 409 });
  const alert = anAlert();

  const [a, b] = await Promise.all([
    setting.desk.createAlert(alert),
    setting.anotherDesk().createAlert(alert),
  ]);

  expect(a.id).toBe(b.id);
  expect(setting.hive.state.alerts).toHaveLength(1);
});

it('finds an alert whose create was cut after it took place', async () => {
  setting = await aDesk();
  setting.hive.faults.script({ kind: 'cut-after-commit', method: 'POST', path: /\/alert$/ });

  await setting.desk.createAlert(anAlert());

  expect(setting.hive.state.alerts).toHaveLength(1);
  expect(posts('/api/v1/alert').filter(({ path }) => path.endsWith('/alert'))).toHaveLength(1);
});

it('keeps an alert whose techniques the server does not know', async () => {
  setting = await aDesk({ unknownPatterns: ['T1562.007'] });
  const alert = anAlert({
    procedures: [
      { patternId: 'T1562.007', time: TEN_O_CLOCK },
      { patternId: 'T1078', time: TEN_O_CLOCK },
    ],
  });

  await setting.desk.createAlert(alert);

  expect(setting.hive.state.procedures.map(({ patternId }) => patternId)).toEqual(['T1078']);
  expect(setting.hive.state.alerts[0]?.tags).toContain('attack:T1562.007');
  expect(setting.hive.state.observables).toHaveLength(2);
  expect(setting.metrics.counts.get('thehive_degraded what=procedure')).toBe(1);
});

it.each([400, 404] as const)('makes `other` of a type that went missing meanwhile (%i)', async (status) => {
  setting = await aDesk({ observableTypes: ['aws-principal'], unknownDataTypeStatus: status });
  await setting.clock.wait(2000);
  await setting.desk.createAlert(anAlert({ fingerprint: 'v1-first' }));
  const types = setting.hive.state.observableTypes;
  types.splice(
    types.findIndex(({ name }) => name === 'aws-principal'),
    1,
  );

  await setting.desk.createAlert(anAlert({ fingerprint: 'v1-second' }));

  const second = setting.hive.state.alerts[1];
  const observables = setting.hive.state.observables.filter(({ parent }) => parent.id === second?._id);
  expect(observables.map(({ dataType }) => dataType).sort()).toEqual(['ip', 'other']);
  expect(observables.find(({ dataType }) => dataType === 'other')?.tags).toEqual(['aws-principal', 'actor']);
});

it('makes `other` of a single observable whose type is refused', async () => {
  setting = await aDesk({ observableTypes: ['aws-principal'] });
  await setting.clock.wait(2000);
  const { id } = await setting.desk.createAlert(anAlert({ observables: [] }));
  const types = setting.hive.state.observableTypes;
  types.splice(
    types.findIndex(({ name }) => name === 'aws-principal'),
    1,
  );

  await setting.desk.addObservables({ kind: 'alert', id }, [
    { type: 'aws-principal', value: 'arn:a', tags: ['actor'], firstSeen: 1 },
    { type: 'aws-principal', value: 'arn:b', tags: ['actor'], firstSeen: 1 },
  ]);

  expect(setting.hive.state.observables.map(({ dataType, data }) => [dataType, data])).toEqual([
    ['other', 'arn:a'],
    ['other', 'arn:b'],
  ]);
});

it.each(['partial', 'refuse'] as const)('counts an observable that is there as added (%s)', async (how) => {
  setting = await aDesk({ duplicateObservables: how });
  const { id } = await setting.desk.createAlert(anAlert());
  const place = { kind: 'alert', id } as const;
  const fresh = ['198.51.100.7', '198.51.100.8', '198.51.100.9'].map((value) => ({
    type: 'ip' as const,
    value,
    tags: ['source'],
    firstSeen: 1,
  }));

  await setting.desk.addObservables(place, fresh);
  await setting.desk.addObservables(place, fresh);

  const addresses = setting.hive.state.observables.filter(({ dataType }) => dataType === 'ip');
  expect(addresses.map(({ data }) => data)).toEqual(['198.51.100.7', '198.51.100.8', '198.51.100.9']);
  expect(setting.log.lines.filter((line) => line.includes('left out'))).toEqual([]);
});

it('writes values as fields where the server has them, and as tags that stay true where not', async () => {
  setting = await aDesk({ customFields: [{ name: 'trailhive-account', type: 'string' }] });
  const { id } = await setting.desk.createAlert(anAlert({ count: 3 }));

  await setting.desk.updateAlert(id, anAlert({ count: 7 }));

  const [alert] = setting.hive.state.alerts;
  expect(alert?.customFields.map(({ name, value }) => [name, value])).toEqual([
    ['trailhive-account', '111122223333'],
  ]);
  expect(alert?.tags).toContain('trailhive-count:7');
  expect(alert?.tags).not.toContain('trailhive-count:3');
});

it('raises a severity with its own judgement and never takes back what a person set', async () => {
  setting = await aDesk();
  const { id } = await setting.desk.createAlert(anAlert({ severity: 'medium' }));
  const tags = [...(setting.hive.state.alerts[0]?.tags ?? []), 'ana'];
  setting.hive.analyst.editAlert(id, { severity: 1, title: 'Ana knows this', description: 'fine', tags });

  await setting.desk.updateAlert(id, anAlert({ severity: 'medium', count: 2 }));

  expect(setting.hive.state.alerts[0]).toMatchObject({
    severity: 1,
    title: 'Ana knows this',
    description: 'fine',
  });
  expect(setting.hive.state.alerts[0]?.tags).toContain('ana');

  await setting.desk.updateAlert(id, anAlert({ severity: 'critical', count: 4 }));
  expect(setting.hive.state.alerts[0]?.severity).toBe(4);
});

it('promotes once, with the template of the alert type, its tasks and one page of its own', async () => {
  setting = await aDesk({ promoteTwice: 'refuse' });
  const { cases } = setting.deskDeps.deskTemplates;
  await setupTheHive(setting.admin, setting.client, cases);
  await setting.clock.wait(2000);
  const alert = anAlert({ event: { accountName: 'sandbox' } });
  const { id } = await setting.desk.createAlert(alert);

  const opened = await setting.desk.promote(id, alert);
  const again = await setting.anotherDesk().promote(id, alert);

  expect(again.id).toBe(opened.id);
  expect(opened.title).toBe(
    '[AWS exposure] Security group opened to the world: alice in sandbox (111122223333)',
  );
  expect(opened.touched).toBe(false);
  expect(setting.hive.state.tasks.map(({ title }) => title)[0]).toBe('Is it still open?');
  expect(setting.hive.state.pages.map(({ title, category }) => [title, category])).toEqual([
    ['trailhive', 'trailhive'],
  ]);
  await setting.desk.updateCase(opened.id, [alert, anAlert({ fingerprint: 'v1-b', count: 9 })]);
  expect(setting.hive.state.pages).toHaveLength(1);
  expect(setting.hive.state.pages[0]?.content).toContain('**2 alerts, 10 events**');
});

it('leaves what a person closed as the person left it, so that the verdict stays the person’s', async () => {
  setting = await aDesk();
  const alert = anAlert({ count: 1 });
  const { id } = await setting.desk.createAlert(alert);
  const opened = await setting.desk.promote(id, alert);
  const other = anAlert({ fingerprint: 'v1-b' });
  const second = await setting.desk.createAlert(other);
  setting.hive.analyst.closeCase(opened.id, { status: 'FalsePositive', summary: 'a test' });
  setting.hive.analyst.closeAlert(second.id, { status: 'FalsePositive', summary: 'a test' });

  await setting.desk.updateCase(opened.id, [anAlert({ count: 50, severity: 'critical' })]);
  await setting.desk.updateAlert(
    second.id,
    anAlert({ fingerprint: 'v1-b', count: 50, severity: 'critical' }),
  );

  for (const kind of ['case', 'alert'] as const) {
    const place = { kind, id: kind === 'case' ? opened.id : second.id };
    expect(await setting.desk.readVerdict(place)).toMatchObject({
      kind: 'false-positive',
      by: 'ana@soc.example',
    });
  }
  expect(setting.hive.state.cases[0]?.severity).toBe(2);
  expect(setting.hive.state.pages[0]?.content).toContain('50 events');
});

it('opens a case with its own tasks where the server lacks template and fields', async () => {
  setting = await aDesk();
  const alert = anAlert();
  const { id } = await setting.desk.createAlert(alert);

  const opened = await setting.desk.promote(id, alert);

  expect(opened.title.startsWith('[AWS exposure] Security group')).toBe(true);
  expect(setting.hive.state.tasks.map(({ title }) => title)).toContain('Was it meant to be public?');
  expect(opened.tags).toEqual(expect.arrayContaining(['cloudtrail', 'exposure', 'trailhive-count:1']));
});

it('opens a case although the template vanished since it was listed', async () => {
  setting = await aDesk();
  await setupTheHive(undefined, setting.client, setting.deskDeps.deskTemplates.cases);
  await setting.clock.wait(2000);
  const alert = anAlert();
  const { id } = await setting.desk.createAlert(alert);
  setting.hive.state.caseTemplates.length = 0;

  await setting.desk.promote(id, alert);

  expect(setting.hive.state.cases).toHaveLength(1);
  expect(setting.hive.state.tasks).toHaveLength(5);
});

it('finds a case whose promotion was cut after it took place', async () => {
  setting = await aDesk({ promoteTwice: 'refuse' });
  const alert = anAlert();
  const { id } = await setting.desk.createAlert(alert);
  setting.hive.faults.script({ kind: 'cut-after-commit', method: 'POST', path: /\/case$/ });

  const opened = await setting.desk.promote(id, alert);

  expect(setting.hive.state.cases.map(({ _id }) => _id)).toEqual([opened.id]);
});

it('writes a comment and a task once, although the answer was cut and the index lags', async () => {
  setting = await aDesk();
  const alert = anAlert();
  const { id } = await setting.desk.createAlert(alert);
  const opened = await setting.desk.promote(id, alert);
  const place = { kind: 'case', id: opened.id } as const;
  const tasks = setting.hive.state.tasks.length;
  setting.hive.faults.script(
    { kind: 'cut-after-commit', method: 'POST', path: /\/comment$/ },
    { kind: 'cut-after-commit', method: 'POST', path: /\/task$/ },
  );

  await setting.desk.addComment(place, 'step-1', 'The security group was closed.');
  await setting.desk.addTask(opened.id, 'step-2', { title: 'Look', group: 'Check', description: 'At it.' });
  await setting.clock.wait(2000);
  const other = setting.anotherDesk();
  await other.addComment(place, 'step-1', 'The security group was closed.');
  await other.addTask(opened.id, 'step-2', { title: 'Look', group: 'Check', description: 'At it.' });
  await other.addComment(place, 'step-3', 'Another thing.');

  expect(setting.hive.state.comments.map(({ message }) => message.split('\n')[0])).toEqual([
    'The security group was closed.',
    'Another thing.',
  ]);
  expect(setting.hive.state.tasks).toHaveLength(tasks + 1);
});

it('tells only the news that no comment tells yet, and takes no word of an attacker for a marker', async () => {
  setting = await aDesk();
  const alert = anAlert();
  const { id } = await setting.desk.createAlert(alert);
  const place = { kind: 'alert', id } as const;
  const count = { kind: 'count', reached: 10, marker: 'm-count' } as const;
  const severity = { kind: 'severity', from: 'medium', to: 'high', marker: 'm-severity' } as const;

  await setting.desk.addNews(place, alert, [count]);
  await setting.clock.wait(2000);
  const [first] = setting.hive.state.comments;
  const forged = first?.message.split('\n').at(-1) ?? '';
  setting.hive.analyst.comment('alert', id, `${forged}\nquoted above`);
  await setting.clock.wait(2000);
  await setting.anotherDesk().addNews(place, alert, [count, severity]);
  await setting.clock.wait(2000);
  await setting.anotherDesk().addNews(place, alert, [severity, count]);

  const own = setting.hive.state.comments.filter(({ _createdBy }) => _createdBy === setting.hive.login);
  expect(own).toHaveLength(2);
  expect(own[1]?.message).toContain('Severity rose from medium to high');
  expect(own[1]?.message).not.toContain('More than');
});

it('adds a technique once, also where the first try was cut', async () => {
  setting = await aDesk();
  const alert = anAlert({ procedures: [] });
  const { id } = await setting.desk.createAlert(alert);
  setting.hive.faults.script({ kind: 'cut-after-commit', method: 'POST', path: /\/procedures$/ });
  const more = anAlert({ procedures: [{ patternId: 'T1078', time: TEN_O_CLOCK }] });

  await setting.desk.addProcedures({ kind: 'alert', id }, more);
  await setting.desk.addProcedures({ kind: 'alert', id }, more);

  expect(setting.hive.state.procedures.map(({ patternId }) => patternId)).toEqual(['T1078']);
});

it('folds a case into another and closes it, and may be told to do so again', async () => {
  setting = await aDesk();
  const alerts = ['v1-a', 'v1-b', 'v1-c'].map((fingerprint) => anAlert({ fingerprint }));
  const ids: string[] = [];
  for (const alert of alerts) ids.push((await setting.desk.createAlert(alert)).id);
  const elder = await setting.desk.promote(ids[0]!, alerts[0]!);
  const younger = await setting.desk.promote(ids[1]!, alerts[1]!);
  await setting.desk.importAlert(ids[2]!, younger.id);
  setting.hive.faults.script({ kind: 'cut-after-commit', method: 'POST', path: /\/import\// });

  await setting.desk.foldCase(younger, elder);
  await setting.clock.wait(2000);
  await setting.anotherDesk().foldCase(younger, elder);

  await setting.clock.wait(2000);
  expect([...(await setting.desk.alertsOfCase(elder.id))].sort()).toEqual(['v1-a', 'v1-b', 'v1-c']);
  expect(await setting.desk.alertsOfCase(younger.id)).toEqual([]);
  expect(await setting.desk.caseState(younger.id)).toEqual({
    status: 'Duplicated',
    stage: 'Closed',
    number: 2,
  });
  const comments = setting.hive.state.comments.map(({ parent, message }) => [
    parent.id,
    message.split('\n')[0],
  ]);
  expect(comments).toEqual([
    [elder.id, 'The alerts of case #2 belong to the same incident and are in this case now.'],
    [younger.id, 'The alerts of this case belong to the same incident as case #1 and were moved there.'],
  ]);
});

it.each([
  ['a comment', (s: DeskSetting, id: string) => s.hive.analyst.comment('case', id, 'I am on it')],
  ['a title', (s: DeskSetting, id: string) => s.hive.analyst.editCase(id, { title: 'Mine' })],
  [
    'a task',
    (s: DeskSetting) => s.hive.analyst.editTask(s.hive.state.tasks[0]!._id, { status: 'InProgress' }),
  ],
])('sees that a person worked on a case: %s', async (_what, work) => {
  setting = await aDesk();
  const alert = anAlert();
  const { id } = await setting.desk.createAlert(alert);
  const opened = await setting.desk.promote(id, alert);
  await setting.desk.addComment({ kind: 'case', id: opened.id }, 'own', 'by trailhive');
  await setting.clock.wait(2000);
  expect((await setting.desk.readCase(opened.id))?.touched).toBe(false);

  work(setting, opened.id);
  await setting.clock.wait(2000);

  expect((await setting.desk.readCase(opened.id))?.touched).toBe(true);
});

it.each([
  [{ status: 'TruePositive', impactStatus: 'WithImpact' }, 'true-positive'],
  [{ status: 'TruePositive', impactStatus: 'NoImpact' }, 'benign-true-positive'],
  [{ status: 'FalsePositive', impactStatus: 'NoImpact' }, 'false-positive'],
  [{ status: 'Indeterminate' }, 'indeterminate'],
  [{ status: 'Duplicated' }, 'duplicate'],
  [{ status: 'Other' }, 'indeterminate'],
] as const)('reads the verdict of a case: %o', async (closed, kind) => {
  setting = await aDesk();
  const alert = anAlert();
  const { id } = await setting.desk.createAlert(alert);
  const opened = await setting.desk.promote(id, alert);
  await setting.clock.wait(2000);

  setting.hive.analyst.closeCase(opened.id, { ...closed, summary: 'A load balancer.' });

  expect(await setting.desk.readVerdict({ kind: 'case', id: opened.id })).toEqual({
    kind,
    subject: { kind: 'case', id: opened.id },
    fingerprints: [alert.fingerprint],
    by: 'ana@soc.example',
    at: setting.clock.now(),
    reason: 'A load balancer.',
  });
  // The alert inside says nothing of its own.
  expect(await setting.desk.readVerdict({ kind: 'alert', id })).toBeUndefined();
  setting.hive.analyst.reopenCase(opened.id);
  expect((await setting.desk.readVerdict({ kind: 'case', id: opened.id }))?.kind).toBe('open');
});

it.each([
  ['FalsePositive', 'false-positive'],
  ['Ignored', 'indeterminate'],
  ['Duplicate', 'duplicate'],
])('reads the verdict of an alert: %s', async (status, kind) => {
  setting = await aDesk();
  const alert = anAlert();
  const { id } = await setting.desk.createAlert(alert);

  setting.hive.analyst.closeAlert(id, { status, summary: 'known' });

  const verdict = await setting.desk.readVerdict({ kind: 'alert', id });
  expect(verdict).toMatchObject({ kind, fingerprints: [alert.fingerprint], reason: 'known' });
});

it('counts a custom status without a meaning, and knows one that the configuration explains', async () => {
  setting = await aDesk();
  const body = { value: 'Accepted risk', stage: 'Closed', order: 9, colour: '#000000', description: 'x' };
  await setting.admin.send({ method: 'POST', path: '/caseStatus', body, repeatable: false });
  const alert = anAlert();
  const { id } = await setting.desk.createAlert(alert);
  const opened = await setting.desk.promote(id, alert);
  await setting.clock.wait(2000);
  setting.hive.analyst.closeCase(opened.id, { status: 'Accepted risk' });
  const place = { kind: 'case', id: opened.id } as const;

  expect(await setting.desk.readVerdict(place)).toBeUndefined();
  expect(setting.metrics.counts.get('verdict_unmapped status=Accepted risk')).toBe(1);
  const explained = createTheHiveDesk({
    ...setting.deskDeps,
    statuses: { 'Accepted risk': 'benign-true-positive' },
  });
  expect((await explained.readVerdict(place))?.kind).toBe('benign-true-positive');
});

it('says nothing for what is gone or not its own', async () => {
  setting = await aDesk();
  const body = { type: 'mail', source: 'other', sourceRef: '1', title: 'T', description: 'D' };
  await setting.client.send({ method: 'POST', path: '/alert', body, repeatable: false });

  const [foreign] = setting.hive.state.alerts;
  expect(await setting.desk.readVerdict({ kind: 'alert', id: foreign!._id })).toBeUndefined();
  expect(await setting.desk.readVerdict({ kind: 'case', id: '~404' })).toBeUndefined();
});

it('lists what changed since a time, alerts and cases in one order', async () => {
  setting = await aDesk();
  const quiet = anAlert({ fingerprint: 'v1-quiet' });
  const busy = anAlert({ fingerprint: 'v1-busy' });
  await setting.desk.createAlert(quiet);
  const { id } = await setting.desk.createAlert(busy);
  const opened = await setting.desk.promote(id, busy);
  await setting.clock.wait(5000);
  const since = setting.clock.now();
  setting.hive.analyst.closeCase(opened.id, { status: 'FalsePositive' });
  await setting.clock.wait(5000);
  setting.hive.analyst.editAlert(id, { summary: 'x' });

  expect(await setting.desk.changedSince(since, 10)).toEqual([
    { place: { kind: 'case', id: opened.id }, updatedAt: since },
    { place: { kind: 'alert', id }, updatedAt: since + 5000 },
  ]);
  expect(await setting.desk.changedSince(since, 1)).toHaveLength(1);
});

it('shows attacker-written text as text', async () => {
  setting = await aDesk();
  const name = 'x](http://evil.example) | <img src=x onerror=alert(1)> `';
  const evidence = [anEvidence({ actor: anActor({ name }), userAgent: name, summary: `![a](${name})` })];
  const runbook = '1. Ask **the owner**.';

  await setting.desk.createAlert(anAlert({ evidence, rule: aRule({ runbook }) }));

  const text = setting.hive.state.alerts[0]?.description ?? '';
  expect(text).not.toContain('<img');
  expect(text).not.toMatch(/(?<!\\)\]\(/);
  expect(text).toContain('1. Ask **the owner**.');
  const row = text.split('\n').find((line) => line.startsWith('| 2026-03-02'));
  // Six cells: a `|` of the attacker's makes no seventh.
  expect(row?.replaceAll('\\|', '').split('|')).toHaveLength(8);
});
