import { afterEach, expect, it } from 'vitest';
import type { Alert } from '../../../src/domain/alert.ts';
import { TrailhiveError } from '../../../src/domain/errors.ts';
import type { CaseDesk, NewsDesk } from '../../../src/domain/ports.ts';
import { HOUR, TEN_O_CLOCK } from '../../helpers/a-finding.ts';
import { anAlert } from '../../helpers/an-alert.ts';
import { aDelivery } from './a-delivery.ts';
import { aDesk, type DeskSetting } from './a-desk.ts';

let setting: DeskSetting;
afterEach(() => setting.end());

const low = (fingerprint: string, more: Partial<Alert> = {}) =>
  anAlert({ fingerprint, severity: 'low', ...more });
const medium = (fingerprint: string, more: Partial<Alert> = {}) =>
  anAlert({ fingerprint, severity: 'medium', ...more });
const address = (value: string) => ({
  type: 'ip' as const,
  value,
  tags: ['source'],
  firstSeen: TEN_O_CLOCK,
});
const later = (hours: number) => ({
  firstSeen: TEN_O_CLOCK + hours * HOUR,
  lastSeen: TEN_O_CLOCK + hours * HOUR,
});

/** What a SOC sees: every case with its alerts, observables and comments, without the marker lines. */
function shown(hive: DeskSetting['hive']) {
  const { state } = hive;
  return state.cases.map((one) => ({
    stage: one.stage,
    alerts: state.alerts
      .filter(({ caseId }) => caseId === one._id)
      .map(({ sourceRef }) => sourceRef)
      .sort(),
    observables: state.observables
      .filter(({ parent }) => parent.id === one._id)
      .map(({ data }) => data)
      .sort(),
    comments: state.comments
      .filter(({ parent }) => parent.id === one._id)
      .map(({ message }) => message.replace(/\n\n`trailhive:[^\n]*$/, '')),
  }));
}

/** The same, whatever was said first. */
function settled(hive: DeskSetting['hive']) {
  return shown(hive).map((one) => ({ ...one, comments: one.comments.toSorted() }));
}

it('leaves a low alert alone, and takes it into the case that a medium one of the same actor opens', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  await delivery.bring(low('v1-a'));
  expect(setting.hive.state.cases).toHaveLength(0);

  await delivery.bring(medium('v1-b', later(1)));

  expect(shown(setting.hive).map(({ alerts }) => alerts)).toEqual([['v1-a', 'v1-b']]);
  expect(setting.hive.state.pages[0]?.content).toContain('**2 alerts, 2 events**');
  const stored = await delivery.alerts.read('v1-a');
  expect(stored?.delivered?.caseId).toBe(setting.hive.state.cases[0]?._id);
});

it('opens a case for a low alert that scores high, and shows why on the page and in the description', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  const part = (name: 'severity' | 'reach', level: string, weight: number, why = '') => ({
    name,
    level,
    weight,
    why,
  });
  const score = {
    value: 63,
    severity: 'high',
    parts: [part('severity', 'low', 25), part('reach', 'admin', 2.5, 'the actor may do | anything')],
  } as const;
  await delivery.bring(low('v1-a', { score }));

  const [opened] = setting.hive.state.cases;
  expect(opened?.severity).toBe(3);
  const why = "severity low 25 × actor's reach admin 2\\.5 (the actor may do \\| anything)";
  expect(opened?.description).toContain(`- **Why 63:** ${why}; of 100, so high in TheHive`);
  expect(setting.hive.state.pages[0]?.content).toContain(`, why 63:** ${why}`);
});

it('opens a case for a medium alert however low it scores', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  await delivery.bring(medium('v1-a', { score: { value: 12, severity: 'low', parts: [] } }));
  expect(setting.hive.state.cases.map(({ severity }) => severity)).toEqual([1]);
});

it('shows all alerts of a case on its page and in its tags when they come at the same time', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  const alerts = ['v1-a', 'v1-b', 'v1-c', 'v1-d'].map((name, hours) => medium(name, later(hours)));
  for (const alert of alerts) await delivery.store(alert);

  await Promise.all(alerts.map(({ fingerprint }) => delivery.deliver({ fingerprint, revision: 1 })));

  expect(setting.hive.state.cases).toHaveLength(1);
  expect(setting.hive.state.pages[0]?.content).toContain('**4 alerts, 4 events**');
  expect(setting.hive.state.cases[0]?.tags).toContain('trailhive-alert-count:4');
});

it('keeps actors apart', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  await delivery.bring(medium('v1-a'), ['alice']);
  await delivery.bring(medium('v1-b'), ['bob']);
  expect(shown(setting.hive).map(({ alerts }) => alerts)).toEqual([['v1-a'], ['v1-b']]);
});

it('tells the receipt which revision TheHive has, and asks TheHive nothing when it has the latest', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  await delivery.bring(medium('v1-a'));
  await delivery.store(medium('v1-a', { count: 2 }));
  await delivery.run('v1-a');
  expect(delivery.accepted.at(-1)).toEqual({ fingerprint: 'v1-a', revision: 2 });
  const requests = setting.hive.state.requests.length;

  await delivery.run('v1-a');

  expect(setting.hive.state.requests).toHaveLength(requests);
  expect(delivery.accepted.at(-1)).toEqual({ fingerprint: 'v1-a', revision: 2 });
});

it('adds what is new to the alert and to its case, which TheHive keeps apart, and says it once', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  const first = medium('v1-a');
  await delivery.bring(first);
  const grown = medium('v1-a', {
    severity: 'high',
    count: 130,
    observables: [...first.observables, address('198.51.100.9')],
    procedures: [...first.procedures, { patternId: 'T1078', time: TEN_O_CLOCK }],
  });

  await delivery.bring(grown);
  await delivery.bring({ ...grown, count: 140 });

  const [one] = shown(setting.hive);
  expect(one?.observables).toContain('198.51.100.9');
  const holders = setting.hive.state.observables.filter(({ data }) => data === '198.51.100.9');
  expect(holders.map(({ parent }) => parent.kind).sort()).toEqual(['alert', 'case']);
  expect(setting.hive.state.cases[0]?.severity).toBe(3);
  const ofCase = setting.hive.state.procedures.filter(({ parent }) => parent.kind === 'case');
  expect(ofCase.map(({ patternId }) => patternId)).toEqual(['T1562.007', 'T1078']);
  expect(one?.comments).toHaveLength(2);
  expect(one?.comments[1]).toContain('Severity rose from medium to high.');
  expect(one?.comments[1]).toContain('More than 100 events by now');
  expect(one?.comments[1]).toContain('`198.51.100.9`');
});

it('comes to the same end when every call of TheHive fails once after it took place', async () => {
  setting = await aDesk();
  const story = [low('v1-a'), medium('v1-b', later(1)), medium('v1-b', { ...later(1), count: 50 })];
  const calm = aDelivery(setting);
  for (const alert of story) await calm.bring(alert);
  const expected = settled(setting.hive);
  await setting.end();

  setting = await aDesk();
  const crashing = aDelivery(setting);
  const failed = new Set<string>();
  const breaking = (): CaseDesk & NewsDesk => failingOnce(setting.anotherDesk(), failed);
  for (const alert of story) {
    await crashing.store(alert);
    for (let tries = 0; tries < 60; tries += 1) {
      crashing.restart(breaking());
      const error = await crashing.run(alert.fingerprint).catch((thrown: unknown) => thrown);
      if (error === undefined) break;
      expect(String(error)).toContain('crash');
    }
  }
  // What a crash kept from being queued is brought by the next pass over all alerts.
  crashing.restart();
  for (const fingerprint of ['v1-a', 'v1-b']) await crashing.run(fingerprint);

  expect(failed.size).toBeGreaterThan(10);
  expect(settled(setting.hive)).toEqual(expected);
});

/** Each call takes place, and then fails the first time that it is made with these arguments. */
function failingOnce(desk: CaseDesk & NewsDesk, failed: Set<string>): CaseDesk & NewsDesk {
  const wrapped = Object.entries(desk).map(([name, method]) => [
    name,
    async (...args: readonly unknown[]) => {
      const result: unknown = await (method as (...given: readonly unknown[]) => unknown)(...args);
      const key = `${name} ${JSON.stringify(args).length}`;
      if (failed.has(key)) return result;
      failed.add(key);
      throw new Error(`crash after ${name}`);
    },
  ]);
  return Object.fromEntries(wrapped) as CaseDesk & NewsDesk;
}

it('ends in the same cases and comments when all of it is delivered again after the stores were lost', async () => {
  setting = await aDesk();
  const story = [medium('v1-a'), low('v1-b', later(1)), medium('v1-a', { count: 20 })];
  const before = aDelivery(setting);
  for (const alert of story) await before.bring(alert);
  const expected = settled(setting.hive);

  const after = aDelivery(setting);
  after.restart();
  for (const alert of [story[2]!, story[1]!, story[0]!]) await after.bring(alert);

  expect(settled(setting.hive)).toEqual(expected);
});

it('folds the younger of two untouched cases when a late alert joins them', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  await delivery.bring(medium('v1-a'), ['alice']);
  const fresh = medium('v1-b', { ...later(2), observables: [address('203.0.113.1')] });
  await delivery.bring(fresh, ['role']);
  await delivery.bring({ ...fresh, observables: [address('203.0.113.1'), address('203.0.113.2')] }, ['role']);
  expect(setting.hive.state.cases).toHaveLength(2);

  await delivery.bring(medium('v1-c', later(1)), ['alice', 'role']);

  const [elder, younger] = shown(setting.hive);
  expect(elder?.alerts).toEqual(['v1-a', 'v1-b', 'v1-c']);
  expect(younger).toMatchObject({ stage: 'Closed', alerts: [] });
  expect(setting.hive.state.cases[1]?.status).toBe('Duplicated');
  // Also what was added to the younger case only.
  expect(elder?.observables).toEqual(expect.arrayContaining(['203.0.113.1', '203.0.113.2']));
  expect((await delivery.incidents.of('v1-b'))?.cases.map(({ number }) => number)).toEqual([1]);
  expect((await delivery.alerts.read('v1-b'))?.delivered?.caseId).toBe(setting.hive.state.cases[0]?._id);
});

it('links two cases by one comment each where a person worked on the younger', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  await delivery.bring(medium('v1-a'), ['alice']);
  await delivery.bring(medium('v1-b', later(2)), ['role']);
  setting.hive.analyst.comment('case', 2, 'I am on it');

  await delivery.bring(medium('v1-c', later(1)), ['alice', 'role']);
  delivery.restart();
  await delivery.bring(medium('v1-c', { ...later(1), count: 2 }), ['alice', 'role']);

  const [elder, younger] = shown(setting.hive);
  expect([elder?.alerts, younger?.alerts]).toEqual([['v1-a', 'v1-c'], ['v1-b']]);
  const links = (comments: readonly string[] = []) =>
    comments.filter((text) => text.includes('belongs to the same incident'));
  expect(links(elder?.comments)).toHaveLength(1);
  expect(links(younger?.comments)).toHaveLength(1);
});

it('keeps new activity of a closed case in it, and says so once', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  await delivery.bring(medium('v1-a'));
  setting.hive.analyst.closeCase(1, { status: 'FalsePositive', summary: 'mine' });

  await delivery.bring(medium('v1-a', { count: 2 }));
  await delivery.bring(medium('v1-a', { count: 3 }));

  const [only, ...more] = shown(setting.hive);
  expect(more).toEqual([]);
  expect(only?.stage).toBe('Closed');
  expect(only?.comments.filter((text) => text.includes('closed as FalsePositive'))).toHaveLength(1);
});

it('opens a new case, linked to the closed one, for a new alert of the incident', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  await delivery.bring(medium('v1-a'));
  setting.hive.analyst.closeCase(1, { status: 'TruePositive' });

  await delivery.bring(medium('v1-b', later(1)));
  await delivery.bring(low('v1-c', later(2)));

  const [closed, open] = shown(setting.hive);
  expect([closed?.alerts, open?.alerts]).toEqual([['v1-a'], ['v1-b', 'v1-c']]);
  expect(open?.comments.join()).toContain('Case #1 (closed as TruePositive) belongs to the same incident');
});

it('leaves an alert that a person closed as it is, and comments new activity on it', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  await delivery.bring(low('v1-a'));
  setting.hive.analyst.closeAlert('network.security_group.open;trailhive;v1-a', { status: 'Ignored' });

  await delivery.bring(low('v1-a', { count: 2, severity: 'medium' }));

  expect(setting.hive.state.alerts[0]).toMatchObject({ status: 'Ignored', stage: 'Closed' });
  expect(setting.hive.state.cases).toHaveLength(0);
  expect(setting.hive.state.comments.map(({ parent }) => parent.kind)).toEqual(['alert']);
  expect(setting.hive.state.comments[0]?.message).toContain('New activity after this was closed as Ignored');
});

it('does not put back an alert that a person took out of its case', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  await delivery.bring(medium('v1-a'));
  await delivery.bring(medium('v1-b', later(1)));
  const [opened] = setting.hive.state.cases;
  const alert = setting.hive.state.alerts.find(({ sourceRef }) => sourceRef === 'v1-b');
  const path = `/case/${opened?._id}/alert/${alert?._id}`;
  await setting.client.send({ method: 'DELETE', path, repeatable: true });

  await delivery.bring(medium('v1-b', { ...later(1), count: 5 }));

  expect(shown(setting.hive).map(({ alerts }) => alerts)).toEqual([['v1-a']]);
});

it('follows an alert into the case that a person put it into', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  await delivery.bring(low('v1-a'));
  const path = '/alert/network.security_group.open%3Btrailhive%3Bv1-a/case';
  await setting.client.send({ method: 'POST', path, repeatable: false });

  await delivery.bring(low('v1-a', { count: 2 }));
  await delivery.bring(low('v1-b', later(1)));

  expect(shown(setting.hive).map(({ alerts }) => alerts)).toEqual([['v1-a', 'v1-b']]);
});

it('delivers what came in while it delivered', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  await delivery.store(medium('v1-a'));
  const desk = setting.anotherDesk();
  let isFirst = true;
  delivery.restart({
    ...desk,
    async createAlert(alert) {
      const made = await desk.createAlert(alert);
      if (isFirst) await delivery.store(medium('v1-a', { severity: 'critical', count: 2 }));
      isFirst = false;
      return made;
    },
  });

  await delivery.run('v1-a');

  expect(setting.hive.state.alerts[0]?.severity).toBe(4);
  expect(delivery.accepted.map(({ revision }) => revision)).toEqual([1, 2, 2]);
});

it('calls playbooks when an alert opens and when its severity rises, not for more of the same', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting, {
    playbooksFor: (_alert, event) => [{ playbook: event, version: 1 }],
  });

  await delivery.bring(medium('v1-a'));
  await delivery.bring(medium('v1-a', { count: 2 }));
  await delivery.bring(medium('v1-a', { count: 3, severity: 'high' }));

  expect(delivery.playbookRuns).toEqual(['opened@1 v1-a', 'severity-raised@1 v1-a']);
});

it('puts into the journal what TheHive refuses for good, and lets the messages behind it go', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  delivery.restart({
    ...setting.desk,
    createAlert: () => Promise.reject(new TrailhiveError('permanent', 'refused')),
  });
  await delivery.store(medium('v1-a'));

  await expect(delivery.run('v1-a')).rejects.toThrow('refused');

  expect(delivery.journal).toEqual([
    expect.objectContaining({ kind: 'undelivered', stored: expect.objectContaining({ revision: 1 }) }),
  ]);
  expect(delivery.accepted).toEqual([{ fingerprint: 'v1-a', revision: 1 }]);
});

it('keeps the receipt waiting where the key is refused: a person can mend that', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  delivery.restart({
    ...setting.desk,
    findAlert: () => Promise.reject(new TrailhiveError('config', 'key')),
  });
  await delivery.store(medium('v1-a'));

  await expect(delivery.run('v1-a')).rejects.toThrow('key');

  expect([delivery.journal, delivery.accepted]).toEqual([[], []]);
});

it('promotes once where two alerts of an incident are delivered at once', async () => {
  setting = await aDesk();
  const delivery = aDelivery(setting);
  const alerts = ['v1-a', 'v1-b', 'v1-c', 'v1-d'].map((fingerprint, hours) =>
    medium(fingerprint, later(hours)),
  );
  for (const alert of alerts) await delivery.store(alert);

  await Promise.all(alerts.map(({ fingerprint }) => delivery.deliver({ fingerprint, revision: 1 })));

  expect(shown(setting.hive).map((one) => one.alerts)).toEqual([['v1-a', 'v1-b', 'v1-c', 'v1-d']]);
});
