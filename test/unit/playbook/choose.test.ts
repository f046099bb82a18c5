import { describe, expect, it } from 'vitest';
import { choosePlaybooks } from '../../../src/playbook/choose.ts';
import { anEvidence, aRule } from '../../helpers/a-finding.ts';
import { aPlaybook } from '../../helpers/a-playbook.ts';
import { anAlert } from '../../helpers/an-alert.ts';

const alert = anAlert({
  rule: aRule({ alertType: 'iam.root.activity', tags: ['attack.t1078', 'attack.persistence'] }),
  severity: 'high',
  evidence: [anEvidence({ environment: 'production' })],
});

function isChosen(when: string): boolean {
  const playbook = aPlaybook(
    `playbook: x\nversion: 3\nwhen: ${when}\nsteps:\n  - {id: a, do: thehive.add-comment, with: {text: hi}}\n`,
  );
  return choosePlaybooks([playbook], alert).length === 1;
}

describe('choosePlaybooks', () => {
  it.each([
    ['{alertType: iam.root.activity}', true],
    ['{alertType: [s3.bucket.public, iam.root.activity]}', true],
    ['{alertType: iam.*}', true],
    ['{alertType: iam.root.*}', true],
    ['{alertType: iam.root}', false],
    ['{alertType: ia.*}', false],
    ['{alertType: iam.root.activity.*}', false],
    ['{alertType: iam.*, severity: [high, critical]}', true],
    ['{alertType: iam.*, severity: [medium]}', false],
    ['{alertType: iam.*, tags: [attack.t9999, attack.t1078]}', true],
    ['{alertType: iam.*, tags: [attack.t9999]}', false],
    ['{alertType: iam.*, environment: [production]}', true],
    ['{alertType: iam.*, environment: [sandbox]}', false],
    ['{alertType: s3.*, severity: [high]}', false],
  ])('%s: %s', (when, expected) => {
    expect(isChosen(when)).toBe(expected);
  });

  it('names playbook, version and alert', () => {
    const playbook = aPlaybook(
      'playbook: x\nversion: 3\nwhen: {alertType: iam.*}\nsteps:\n  - {id: a, do: thehive.add-comment, with: {text: hi}}\n',
    );
    expect(choosePlaybooks([playbook], alert)).toEqual([
      { playbook: 'x', version: 3, fingerprint: alert.fingerprint },
    ]);
  });
});
