import { expect, it } from 'vitest';
import { createMemoryLocks } from '../../../src/adapters/memory/locks.ts';
import { createMemoryRuns } from '../../../src/adapters/memory/runs.ts';
import type { Delivered, StoredAlert } from '../../../src/domain/alert.ts';
import type { AlertStore } from '../../../src/domain/ports.ts';
import { createRunPlaybookJob } from '../../../src/jobs/run-playbook.ts';
import { createRunPlaybook } from '../../../src/playbook/run.ts';
import { aPlaybook, aRunRoom } from '../../helpers/a-playbook.ts';
import { aRecordingDesk } from '../../helpers/a-recording-desk.ts';
import { anAlert } from '../../helpers/an-alert.ts';

const alert = anAlert();
const delivered: Delivered = {
  revision: 1,
  alertId: '~1',
  caseId: '~2',
  severity: 'medium',
  count: 1,
  observables: [],
  procedures: [],
};
const job = { playbook: 'x', version: 1, fingerprint: alert.fingerprint };

function aJob(stored: Partial<StoredAlert> | undefined, text = 'version: 1\nwhen: {alertType: network.*}') {
  const { desk, effects } = aRecordingDesk();
  const room = aRunRoom();
  const playbook = aPlaybook(
    `playbook: x\n${text}\nmode: enforce\nsteps:\n  - {id: t, do: thehive.add-task, with: {title: x}}\n`,
  );
  const alerts = { read: async () => stored && { alert, revision: 1, ...stored } } as unknown as AlertStore;
  const runPlaybook = createRunPlaybook({ ...room, desk, runs: createMemoryRuns() });
  const locks = createMemoryLocks();
  return {
    ...room,
    effects,
    run: createRunPlaybookJob({ playbooks: [playbook], alerts, locks, runPlaybook, log: room.log }),
  };
}

it('runs the playbook on the case that TheHive has', async () => {
  const { run, effects } = aJob({ delivered });
  await run(job);
  expect(effects).toMatchObject([{ name: 'task', what: { caseId: '~2' } }]);
});

it('takes a job that runs twice at once as one', async () => {
  const { run, entries } = aJob({ delivered });
  await Promise.all([run(job), run(job)]);
  expect(entries).toHaveLength(1);
});

it('comes back while TheHive does not have the alert', async () => {
  await expect(aJob({}).run(job)).rejects.toMatchObject({ fault: 'retryable' });
});

it('gives up on an alert that is not stored', async () => {
  await expect(aJob(undefined).run(job)).rejects.toMatchObject({ fault: 'permanent' });
});

it('passes over a playbook that is gone', async () => {
  const { run, effects, logged } = aJob({ delivered });
  await run({ ...job, playbook: 'gone' });
  expect(effects).toEqual([]);
  expect(logged[0]).toContain('passed over');
});

it('runs the present version of a playbook, where that still fits the alert', async () => {
  const fitting = aJob({ delivered }, 'version: 2\nwhen: {alertType: network.*}');
  await fitting.run(job);
  expect(fitting.effects).toHaveLength(1);
  const other = aJob({ delivered }, 'version: 2\nwhen: {alertType: s3.*}');
  await other.run(job);
  expect(other.effects).toEqual([]);
});
