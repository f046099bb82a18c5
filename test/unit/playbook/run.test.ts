import { describe, expect, it } from 'vitest';
import { createMemoryRuns } from '../../../src/adapters/memory/runs.ts';
import { TrailhiveError } from '../../../src/domain/errors.ts';
import type { PlaybookSubject } from '../../../src/domain/playbook.ts';
import { createRunPlaybook, type RunOptions } from '../../../src/playbook/run.ts';
import { anActor, anEvidence } from '../../helpers/a-finding.ts';
import { aPlaybook, aRunRoom, aSubject } from '../../helpers/a-playbook.ts';
import { aRecordingDesk, type DeskFault } from '../../helpers/a-recording-desk.ts';
import { anAlert } from '../../helpers/an-alert.ts';

const HEAD = 'playbook: x\nversion: 1\nwhen: {alertType: a.b}\nmode: enforce\nsecrets: [soc_token]\nsteps:\n';

function aRoom(steps: string, faultOf?: DeskFault) {
  const runs = createMemoryRuns();
  const { desk, effects, callCount } = aRecordingDesk(faultOf);
  const room = aRunRoom();
  const playbook = aPlaybook(HEAD + steps);
  const runPlaybook = createRunPlaybook({ ...room, runs, desk });
  const run = async (subject: PlaybookSubject = aSubject(), options?: RunOptions) =>
    (await runPlaybook(playbook, subject, options)).map(({ stepId, outcome }) => `${stepId} ${outcome}`);
  return { ...room, runs, desk, effects, callCount, playbook, run, runPlaybook };
}

const TASK_AND_NOTE = `  - {id: task, do: thehive.add-task, with: {title: "Look at {{ alert.title }}"}}
  - {id: note, do: thehive.add-comment, with: {text: "Task: {{ steps.task.data.title }}"}}\n`;

describe('createRunPlaybook', () => {
  it('takes the steps in order, each reading what the earlier ones gave', async () => {
    const { run, effects } = aRoom(TASK_AND_NOTE);
    expect(await run()).toEqual(['task done', 'note done']);
    expect(effects.map(({ what }) => what)).toEqual([
      {
        caseId: '~2',
        title: 'Look at Security group opened to the world',
        group: 'trailhive',
        description: '',
      },
      {
        place: { kind: 'case', id: '~2' },
        text: 'Task: Look at Security group opened to the world',
      },
    ]);
  });

  it('runs once per alert and version, whatever asks again', async () => {
    const { run, callCount, runPlaybook, playbook } = aRoom(TASK_AND_NOTE);
    await run();
    expect(await run()).toEqual(['task done', 'note done']);
    expect(callCount()).toBe(2);
    await runPlaybook({ ...playbook, version: 2 }, aSubject());
    expect(callCount()).toBe(4);
  });

  it('journals each result before the next step, under one run id', async () => {
    const { run, entries } = aRoom(TASK_AND_NOTE);
    await run();
    const steps = entries.flatMap((entry) => (entry.kind === 'step' ? [entry] : []));
    expect(steps.map(({ result }) => result.stepId)).toEqual(['task', 'note']);
    expect(new Set(steps.map(({ runId }) => runId)).size).toBe(1);
  });

  it('throws a passing failure, and repeats only that step when it comes back', async () => {
    const { run, effects, callCount } = aRoom(TASK_AND_NOTE, ({ nth }) => (nth === 2 ? 'after' : undefined));
    await expect(run()).rejects.toThrow('cut after the commit');
    expect(await run()).toEqual(['task done', 'note done']);
    expect(callCount()).toBe(3);
    expect(effects.map(({ name }) => name)).toEqual(['task', 'comment']);
  });

  it('records a passing failure on the last try', async () => {
    const { run } = aRoom(TASK_AND_NOTE, () => 'before');
    expect(await run(aSubject(), { isLastTry: true })).toEqual(['task failed', 'note skipped']);
  });

  it('after a failure takes only the steps whose condition reads an outcome', async () => {
    const { run, desk, effects } = aRoom(`  - {id: task, do: thehive.add-task, with: {title: x}}
  - {id: plain, do: thehive.add-comment, if: alert.count, with: {text: plain}}
  - {id: sorry, do: thehive.add-comment, if: steps.task.outcome == failed, with: {text: sorry}}
  - {id: glad, do: thehive.add-comment, if: steps.task.outcome == done, with: {text: glad}}\n`);
    const refused = async () => {
      throw new TrailhiveError('permanent', 'the case is gone');
    };
    Object.assign(desk, { addTask: refused });
    expect(await run()).toEqual(['task failed', 'plain skipped', 'sorry done', 'glad skipped']);
    expect(effects).toHaveLength(1);
  });

  it('skips a step whose condition does not hold, and one that needs a case', async () => {
    const { run, effects } = aRoom(`  - {id: task, do: thehive.add-task, with: {title: x}}
  - {id: big, do: thehive.add-comment, if: alert.count > 100, with: {text: x}}
  - {id: note, do: thehive.add-comment, if: not case, with: {text: no case}}\n`);
    const { alert, alertId } = aSubject();
    expect(await run({ alert, alertId })).toEqual(['task skipped', 'big skipped', 'note done']);
    expect(effects).toEqual([
      {
        name: 'comment',
        marker: expect.stringMatching(/^[0-9a-f]{32}$/),
        what: { place: { kind: 'alert', id: '~1' }, text: 'no case' },
      },
    ]);
  });

  it('simulates without any effect but the journal, later steps included', async () => {
    const { playbook, runPlaybook, effects, posts, entries } = aRoom(
      `${TASK_AND_NOTE}  - {id: then, do: http.post, if: steps.note.outcome == done, with: {url: "https://hooks.example.com/{{ secrets.soc_token }}", body: x}}\n`,
    );
    const results = await runPlaybook({ ...playbook, mode: 'simulate' }, aSubject());
    expect(results.map(({ outcome }) => outcome)).toEqual(['simulated', 'simulated', 'simulated']);
    expect(results[0]?.summary).toBe(
      'would add the task "Look at Security group opened to the world" to the case',
    );
    expect(results[2]?.summary).toBe('would post to hooks.example.com');
    expect([effects, posts]).toEqual([[], []]);
    expect(entries).toHaveLength(3);
  });

  it('escapes what attackers wrote in Markdown, even for a lone path', async () => {
    const actor = anActor({ name: '[click](http://evil.example) <img>' });
    const alert = anAlert({ evidence: [anEvidence({ actor })] });
    const { run, effects } =
      aRoom(`  - {id: a, do: thehive.add-comment, with: {text: "{{ alert.actor.name }}"}}
  - {id: b, do: thehive.add-task, with: {title: "x", description: "by {{ alert.actor.name }}"}}\n`);
    await run(aSubject({ alert }));
    const escaped = '\\[click\\](http\\://evil.example) &lt;img&gt;';
    expect(effects.map(({ what }) => what)).toMatchObject([
      { text: escaped },
      { description: `by ${escaped}` },
    ]);
  });

  it('never takes event text for a template', async () => {
    const alert = anAlert({ evidence: [anEvidence({ userAgent: '{{ secrets.soc_token }}' })] });
    const { run, posts } = aRoom(
      '  - {id: a, do: http.post, with: {url: "https://hooks.example.com/", body: {agent: "{{ alert.event.userAgent }}"}}}\n',
    );
    await run(aSubject({ alert }));
    expect(posts[0]?.body).toBe('{"agent":"{{ secrets.soc_token }}"}');
  });

  it('gives secrets to http.post and keeps them out of journal, log and results', async () => {
    const { run, posts, entries, logged } = aRoom(`  - id: a
    do: http.post
    with:
      url: https://hooks.example.com/in
      headers: {Authorization: "Bearer {{ secrets.soc_token }}"}
      body: {text: "{{ alert.title }}", count: "{{ alert.count }}"}\n`);
    expect(await run()).toEqual(['a done']);
    expect(posts).toHaveLength(1);
    expect(posts[0]).toMatchObject({
      url: 'https://hooks.example.com/in',
      body: '{"text":"Security group opened to the world","count":1}',
      headers: {
        Authorization: 'Bearer hunter2-token',
        'Idempotency-Key': expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    });
    expect(JSON.stringify([entries, logged])).not.toContain('hunter2');
  });

  it('says no secret when a secret does not fit', async () => {
    const room = aRoom(
      '  - {id: a, do: http.post, with: {url: "https://hooks.example.com/", headers: {X: "{{ secrets.soc_token }}"}, body: x}}\n',
    );
    const secrets = new Map([['soc_token', 'hunter2\nline']]);
    const results = await createRunPlaybook({ ...room, secrets })(room.playbook, aSubject());
    expect(results).toMatchObject([{ outcome: 'failed', summary: expect.stringContaining('do not fit') }]);
    expect(room.posts).toEqual([]);
    expect(JSON.stringify([results, room.entries, room.logged])).not.toContain('hunter2');
  });

  it('fails a step whose rendered values do not fit', async () => {
    const { run, entries } = aRoom(
      '  - {id: a, do: thehive.add-observable, with: {type: ip, value: "{{ alert.none }}"}}\n',
    );
    expect(await run()).toEqual(['a failed']);
    expect(entries[0]).toMatchObject({
      result: { summary: expect.stringContaining('"value" must be text, but is empty') },
    });
  });

  it.each([
    [500, 'throws'],
    [429, 'throws'],
    [302, 'a failed'],
    [404, 'a failed'],
  ])('takes status %i for %s', async (status, expected) => {
    const { runs, desk, playbook, ...room } = aRoom(
      '  - {id: a, do: http.post, with: {url: "https://hooks.example.com/", body: x}}\n',
    );
    const http = { post: async () => ({ status }) };
    const run = createRunPlaybook({ ...room, runs, desk, http })(playbook, aSubject());
    const outcome = run.then(([result]) => `${result?.stepId} ${result?.outcome}`).catch(() => 'throws');
    expect(await outcome).toBe(expected);
  });
});
