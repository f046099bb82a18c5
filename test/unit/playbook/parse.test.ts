import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../../src/domain/problem.ts';
import { parsePlaybook, parsePlaybooks } from '../../../src/playbook/parse.ts';
import { aPlaybook, playbookOptions } from '../../helpers/a-playbook.ts';

const HEAD = 'playbook: x\nversion: 1\nwhen: {alertType: a.b}\n';
const problemsOf = (text: string) =>
  parsePlaybook(text, 'playbooks/x.yml', playbookOptions).problems.map(describeProblem);
const stepProblems = (step: string) => problemsOf(`${HEAD}steps:\n${step}`);

describe('parsePlaybook', () => {
  it('reads a playbook, with simulate as its mode', () => {
    const playbook = aPlaybook(
      `playbook: x\nversion: 2\nwhen: {alertType: [a.b, c.*], severity: [high], tags: [t], environment: [prod]}\nsteps:\n  - {id: note, do: thehive.add-comment, with: {text: hi}, if: alert.count > 1}\n`,
    );
    expect(playbook).toMatchObject({
      name: 'x',
      version: 2,
      mode: 'simulate',
      when: { alertTypes: ['a.b', 'c.*'], severities: ['high'], tags: ['t'], environments: ['prod'] },
      steps: [{ id: 'note', do: 'thehive.add-comment', with: { text: 'hi' } }],
    });
    expect(playbook.steps[0]?.if?.holds({ alert: { count: 2 } })).toBe(true);
  });

  it('names file, line and key of everything that is wrong with the form', () => {
    expect(
      problemsOf('playbook: x\nversoin: 1\nwhen:\n  alertType: a.b\n  severity: [hihg]\nsteps: []\n'),
    ).toEqual([
      'playbooks/x.yml:1: the key "version" is missing. Add it.',
      'playbooks/x.yml:2: unknown key "versoin". Did you mean "version"?',
      'playbooks/x.yml:5: "when.severity[0]" must be one of informational, low, medium, high, critical, but is "hihg". Did you mean "high"?',
      'playbooks/x.yml:6: "steps" must not be empty.',
    ]);
  });

  it.each([
    [
      'an unknown action',
      '  - id: a\n    do: thehive.add-tsk\n',
      'playbooks/x.yml:6: step "a": there is no action "thehive.add-tsk". Did you mean "thehive.add-task"?',
    ],
    [
      'a wrong parameter',
      '  - id: a\n    do: thehive.add-task\n    with:\n      titel: x\n',
      'playbooks/x.yml:7: step "a": the key "title" is missing. Add it.',
    ],
    [
      'a parameter of another type',
      '  - id: a\n    do: thehive.add-comment\n    with:\n      text: 7\n',
      'playbooks/x.yml:8: step "a": "text" must be text, but is 7. Put it in quotes.',
    ],
    [
      'a template that cannot be read',
      '  - id: a\n    do: thehive.add-comment\n    with:\n      text: "{{ alert.title | raw }}"\n',
      'playbooks/x.yml:8: step "a": "text": the template is wrong in its line 1: undefined filter: raw.',
    ],
    [
      'a template that reads what is not there',
      '  - id: a\n    do: thehive.add-comment\n    with: {text: "{{ alrt.title }}"}\n',
      'playbooks/x.yml:7: step "a": "text": the template reads "alrt", which is not there. It may read alert, case, steps.',
    ],
    [
      'a condition that cannot be read',
      '  - id: a\n    do: thehive.add-comment\n    if: alert.count >\n    with: {text: hi}\n',
      'playbooks/x.yml:7: step "a": "if" cannot be read: a value is expected at the end.',
    ],
    [
      'a condition on a later step',
      '  - {id: a, do: thehive.add-comment, if: steps.b.outcome == done, with: {text: hi}}\n  - {id: b, do: thehive.add-comment, with: {text: hi}}\n',
      'playbooks/x.yml:5: step "a": there is no step "b" before it.',
    ],
    [
      'a template on no step',
      '  - {id: a, do: thehive.add-comment, with: {text: "{{ steps.z.summary }}"}}\n',
      'playbooks/x.yml:5: step "a": there is no step "z" before it.',
    ],
    [
      'an id twice',
      '  - {id: a, do: thehive.add-comment, with: {text: hi}}\n  - {id: a, do: thehive.add-comment, with: {text: hi}}\n',
      'playbooks/x.yml:6: step "a": an earlier step has this id. Rename one.',
    ],
    [
      'a host that is not allowed',
      '  - id: a\n    do: http.post\n    with:\n      url: https://evil.example/x\n      body: hi\n',
      'playbooks/x.yml:8: step "a": "url" cannot be used: its host evil.example is not among the allowed hosts. See playbooks.allowedHosts.',
    ],
    [
      'event text in a URL',
      '  - id: a\n    do: http.post\n    with:\n      url: https://hooks.example.com/{{ alert.title }}\n      body: hi\n',
      'playbooks/x.yml:8: step "a": "url": the template reads "alert", which is not there. It may read secrets.',
    ],
    [
      'a secret that the playbook does not name',
      '  - id: a\n    do: http.post\n    with:\n      url: https://hooks.example.com/\n      body: "{{ secrets.soc_token }}"\n',
      'playbooks/x.yml:9: step "a": name the secret "soc_token" under "secrets".',
    ],
    [
      'a secret in a comment',
      '  - {id: a, do: thehive.add-comment, with: {text: "{{ secrets.soc_token }}"}}\n',
      'playbooks/x.yml:5: step "a": "text": the template reads "secrets", which is not there. It may read alert, case, steps.',
    ],
  ])('refuses %s', (_what, step, expected) => {
    expect(stepProblems(step)).toContain(expected);
  });

  it('refuses a secret that is not set, another name than the file has, and a second document', () => {
    const step = 'steps:\n  - {id: a, do: thehive.add-comment, with: {text: hi}}\n';
    expect(problemsOf(`${HEAD}secrets: [nope]\n${step}`)).toEqual([
      'playbooks/x.yml:4: the secret "nope" is not set. Set TRAILHIVE_SECRET_NOPE.',
    ]);
    expect(problemsOf(`${HEAD.replace('playbook: x', 'playbook: y')}${step}`)).toEqual([
      'playbooks/x.yml:1: "playbook" is "y", but the file is "x". Give both one name.',
    ]);
    expect(problemsOf(`${HEAD}${step}---\na: 1\n`)).toEqual([
      'playbooks/x.yml:7: one file holds one playbook. Remove "---".',
    ]);
  });

  it('gives no playbook for a file with a problem, and tells the problems of all files', () => {
    const sound = `${HEAD}steps:\n  - {id: a, do: thehive.add-comment, with: {text: hi}}\n`;
    const { playbooks, problems } = parsePlaybooks(
      [
        { file: 'a/x.yml', text: sound },
        { file: 'b/x.yml', text: sound },
        { file: 'y.yml', text: 'playbook: [' },
        { file: 'z.yml', text: '' },
      ],
      playbookOptions,
    );
    expect(playbooks.map(({ name }) => name)).toEqual(['x']);
    expect(problems.map(({ file }) => file)).toEqual(['b/x.yml', 'y.yml', 'z.yml']);
  });
});

describe('the shipped playbooks', () => {
  const files = readdirSync('playbooks').map((name) => ({
    file: `playbooks/${name}`,
    text: readFileSync(`playbooks/${name}`, 'utf8'),
  }));
  const { playbooks, problems } = parsePlaybooks(files, { ...playbookOptions, secretNames: [] });

  it('are sound', () => {
    expect(problems.map(describeProblem)).toEqual([]);
    expect(playbooks).toHaveLength(files.length);
  });

  it('answer every alert type that a shipped rule states', () => {
    const rules = readdirSync('rules', { recursive: true }).map((name) => `rules/${String(name)}`);
    const texts = rules.filter((name) => name.endsWith('.yml')).map((name) => readFileSync(name, 'utf8'));
    const stated = texts.flatMap((text) =>
      [...text.matchAll(/^x-alert-type: (\S+)/gm)].map((match) => match[1]),
    );
    expect(stated).toContain('cloudtrail.trail.tampering');
    const answered = new Set(playbooks.flatMap(({ when }) => when.alertTypes));
    // Findings of GuardDuty and Security Hub are no rules; their types are stated in the code.
    const external = ['external.guardduty', 'external.securityhub'];
    expect([...answered].sort()).toEqual([...new Set([...stated, ...external])].sort());
  });

  it('simulate, unless they only write tasks and notes', () => {
    expect(playbooks.filter(({ mode }) => mode === 'enforce').map(({ name }) => name)).toEqual([
      'trail-tampering-evidence',
    ]);
  });
});

it('the example of docs/adding-a-playbook.md is sound', () => {
  const [, text = ''] = /```yaml\n(.*?)```/s.exec(readFileSync('docs/adding-a-playbook.md', 'utf8')) ?? [];
  const { playbook, problems } = parsePlaybook(text, 'root-activity.yml', playbookOptions);
  expect(problems).toEqual([]);
  expect(playbook?.steps.map(({ id }) => id)).toEqual(['who', 'tell']);
});
