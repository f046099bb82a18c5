import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadContext } from '../../../../src/adapters/files/context-folder.ts';
import { loadRules, loadRuleTests } from '../../../../src/adapters/files/rule-folder.ts';
import { parseContext } from '../../../../src/language/context.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhive-rules-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const rule = (id: string) => `title: A rule
id: ${id}
logsource: { product: aws, service: cloudtrail }
detection:
  selection: { eventName: StopLogging }
  condition: selection
level: low
`;
const first = '5ac5ca93-2b03-48cd-ab85-9c3520cb6fbe';
const second = '5ac5ca93-2b03-48cd-ab85-9c3520cb6fbf';

describe('loadRules', () => {
  it('reads rules in every folder below, and no tests', async () => {
    file('a/one.yml', rule(first));
    file('b/c/two.yaml', rule(second));
    file('a/one.test.yml', `rule: ${first}\ncases: [{ name: x, expect: silent, records: [{}] }]\n`);
    const { ruleSet, problems, files } = await loadRules([folder, join(folder, 'a')]);
    expect(problems).toEqual([]);
    expect(ruleSet.detections.map(({ info }) => info.id)).toEqual([first, second]);
    expect(files).toBe(2);
    const { tests } = await loadRuleTests([folder]);
    expect(tests.map(({ ruleId }) => ruleId)).toEqual([first]);
  });

  it('tells the problems of all files and keeps the sound rules', async () => {
    const good = file('good.yml', rule(first));
    const twin = file('twin.yml', rule(first));
    const broken = file('broken.yml', 'title: [\n');
    const { ruleSet, problems } = await loadRules([folder]);
    expect(ruleSet.detections).toHaveLength(1);
    expect(problems.map((problem) => problem.file).sort()).toEqual([broken, twin]);
    expect(problems.find((problem) => problem.file === twin)?.message).toContain(good);
  });

  it('tells what is wrong in a test', async () => {
    file('x.test.yml', 'rule: r\ncases:\n  - name: x\n    expects: fires\n    records: []\n');
    const { tests, problems } = await loadRuleTests([folder]);
    expect(tests).toEqual([]);
    expect(problems.map(({ line }) => line)).toEqual(expect.arrayContaining([3, 4, 5]));
  });

  it('refuses a folder that is not there', async () => {
    await expect(loadRules([join(folder, 'nosuch')])).rejects.toMatchObject({ fault: 'config' });
  });
});

describe('loadContext', () => {
  it('reads every YAML file of the folder', async () => {
    file('accounts.yml', 'accounts:\n  - id: "111122223333"\n    name: shop\n');
    file('more/principals.yaml', 'principals:\n  - arn: arn:aws:iam::1:role/bg\n    breakGlass: true\n');
    file('readme.md', 'not: [yaml');
    const { context, problems } = await loadContext(folder);
    expect(problems).toEqual([]);
    expect(context.account('111122223333')?.name).toBe('shop');
    expect(context.isBreakGlass('arn:aws:iam::1:role/bg')).toBe(true);
  });

  it('knows nothing without a folder', async () => {
    const { context, problems } = await loadContext(undefined);
    expect([context.account('111122223333'), problems]).toEqual([undefined, []]);
  });

  it.each(['accounts', 'principals', 'assets', 'placeholders'])('has a sound example of %s', async (name) => {
    const text = readFileSync(`context/${name}.yml`, 'utf8');
    expect(parseContext([{ file: name, text }]).problems).toEqual([]);
    const example = text.slice(text.indexOf(`# ${name}:`)).replace(/^# ?/gm, '');
    expect(example).toMatch(new RegExp(`^${name}:\\n  \\S`));
    expect(parseContext([{ file: name, text: example }]).problems).toEqual([]);
  });
});
