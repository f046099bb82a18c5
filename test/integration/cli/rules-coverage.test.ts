import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder, runCli } from './run-cli.ts';

const aRule = (id: string, title: string, tags: string) => `title: ${title}
id: ${id}
tags: [${tags}]
logsource: { product: aws, service: cloudtrail }
detection: { s: { eventName: X }, condition: s }
`;
const files = {
  'a.yml': aRule('a', 'One', 'attack.persistence, attack.t1078.004'),
  'b.yml': aRule('b', 'Two', 'attack.persistence, attack.impact, attack.t1485'),
  'c.yml': aRule('c', 'Three', 'attack.t1485'),
};

describe('rules coverage', () => {
  it('is a table by tactic', async () => {
    const { code, out, err } = await runCli(['rules', 'coverage', aFolder(files)]);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toBe('tactic                rules  techniques');
    expect(lines.filter((line) => !/ 0$/.test(line)).slice(1)).toEqual([
      'persistence               2  T1078.004 T1485',
      'impact                    1  T1485',
      '(no tactic)               1  T1485',
    ]);
    expect(lines).toContain('discovery                 0');
    expect({ code, err }).toEqual({ code: 0, err: 'rules coverage: 3 rules, 2 techniques\n' });
  });

  it('writes a layer for ATT&CK Navigator', async () => {
    const folder = aFolder(files);
    const layer = join(aFolder(), 'layer.json');
    const { code, err } = await runCli(['rules', 'coverage', folder, '--navigator', layer]);
    expect(err).toContain(`layer for ATT&CK Navigator: ${layer}\n`);
    expect(JSON.parse(readFileSync(layer, 'utf8'))).toMatchObject({
      versions: { layer: '4.5' },
      domain: 'enterprise-attack',
      techniques: [
        { techniqueID: 'T1078', showSubtechniques: true },
        { techniqueID: 'T1078.004', score: 1, comment: 'One' },
        { techniqueID: 'T1485', score: 2, comment: 'Two\nThree' },
      ],
    });
    expect(code).toBe(0);
  });

  it('ends with 2 where the layer cannot be written, or a rule is invalid', async () => {
    const folder = aFolder({ ...files, 'd.yml': 'title: T\n' });
    expect((await runCli(['rules', 'coverage', folder])).code).toBe(2);
    const nowhere = join(aFolder(), 'no', 'layer.json');
    const { code, err } = await runCli(['rules', 'coverage', aFolder(files), '--navigator', nowhere]);
    expect(err).toContain(`cannot write ${nowhere}`);
    expect(code).toBe(2);
  });
});
