import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder, runCli } from './run-cli.ts';

const ID = '22222222-2222-4222-8222-222222222222';
const RULE = `title: Trail stopped
id: ${ID}
name: trail_stopped
logsource: { product: aws, service: cloudtrail }
detection:
  selection:
    eventName: [StopLogging, DeleteTrail]
    actor.kind: user
  filter_robot:
    userIdentity.userName: robot
  condition: selection and not filter_robot
`;
const EVENT = {
  eventID: 'e-1',
  eventName: 'StopLogging',
  eventTime: '2026-11-22T10:00:00Z',
  userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/robot', userName: 'robot' },
};

const TREE = [
  'event StopLogging e-1',
  '  no  Trail stopped',
  '    no  condition',
  '      no  all of these',
  '        yes selection',
  '          yes eventName: ["StopLogging", "DeleteTrail"], found "StopLogging"',
  '          yes actor.kind: "user", found "user"',
  '        no  not',
  '          yes filter_robot',
  '            yes userIdentity.userName: "robot", found "robot"',
  '',
].join('\n');

describe('rules explain', () => {
  it('prints the rule as a tree with what it looked at', async () => {
    const folder = aFolder({ 'stop.yml': RULE, 'event.json': JSON.stringify(EVENT) });
    const args = ['rules', 'explain', join(folder, 'stop.yml'), join(folder, 'event.json')];
    expect(await runCli(args)).toEqual({ code: 0, out: TREE, err: '' });
  });

  it('finds a rule by name or id, and reads the event from standard input', async () => {
    const folder = aFolder({ 'stop.yml': RULE });
    for (const rule of [ID, 'trail_stopped']) {
      const args = ['rules', 'explain', rule, '-', '--rules', folder];
      expect(await runCli(args, { stdin: JSON.stringify({ Records: [EVENT] }) })).toEqual({
        code: 0,
        out: TREE,
        err: '',
      });
    }
  });

  it('shows no control character of an event', async () => {
    const event = { ...EVENT, eventID: '\u001b[31mred', userIdentity: { userName: 'a\u001b\u202eb' } };
    const folder = aFolder({ 'stop.yml': RULE });
    const { out } = await runCli(['rules', 'explain', join(folder, 'stop.yml'), '-'], {
      stdin: JSON.stringify(event),
    });
    expect(out).toMatch(/^event StopLogging +\[31mred\n/);
    expect(out).toContain('found "a\\u001b�b"');
    expect(out).not.toContain('\u001b');
  });

  it('stops after twenty events', async () => {
    const folder = aFolder({ 'stop.yml': RULE });
    const stdin = Array.from({ length: 25 }, () => JSON.stringify(EVENT)).join('\n');
    const { out, err } = await runCli(['rules', 'explain', join(folder, 'stop.yml'), '-'], { stdin });
    expect(out.match(/^event /gm)).toHaveLength(20);
    expect(err).toBe('rules explain: only the first 20 events\n');
  });

  it.each([
    [['nobody', '-'], '{}', 'No rule has the id or name "nobody".'],
    [['BAD', '-'], '{}', 'the condition names "nothing"'],
    [['GOOD', '-'], '[]', 'holds no record'],
    [['GOOD', '-'], 'no json', 'neither JSON nor NDJSON'],
    [['GOOD', 'none.json'], '', 'none.json'],
  ])('ends with 2 for %j and %j', async (args, stdin, message) => {
    const folder = aFolder({ 'good.yml': RULE, 'bad.yml': RULE.replace('filter_robot\n', 'nothing\n') });
    const paths: Record<string, string> = { BAD: join(folder, 'bad.yml'), GOOD: join(folder, 'good.yml') };
    const { code, err } = await runCli(['rules', 'explain', ...args.map((arg) => paths[arg] ?? arg)], {
      stdin,
    });
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  it('tells the problems of a rule that is named by its id, and of placeholders without values', async () => {
    const folder = aFolder({
      'bad.yml': RULE.replace('filter_robot\n', 'nothing\n'),
      'expand.yml': RULE.replace(ID, 'other').replace('userName: robot', 'userName|expand: "%robots%"'),
      'context/robots.yml': 'placeholders: { robots: [robot] }\n',
    });
    const bad = await runCli(['rules', 'explain', ID, '-', '--rules', join(folder, 'bad.yml')]);
    expect(bad).toMatchObject({ code: 2, err: expect.stringContaining('the condition names "nothing"') });
    const args = ['rules', 'explain', join(folder, 'expand.yml'), '-'];
    const stdin = JSON.stringify(EVENT);
    const without = await runCli(args, { stdin });
    expect(without).toMatchObject({ code: 2, err: expect.stringContaining('"%robots%" is not defined') });
    const { code, out } = await runCli([...args, '--context', join(folder, 'context')], { stdin });
    expect(out).toContain('yes userIdentity.userName|expand: "%robots%", found "robot"');
    expect(code).toBe(0);
  });
});
