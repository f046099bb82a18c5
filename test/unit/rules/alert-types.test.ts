import { describe, expect, it } from 'vitest';
import { loadPlaybooks } from '../../../src/adapters/files/playbook-folder.ts';
import { loadRules } from '../../../src/adapters/files/rule-folder.ts';
import { templateFor } from '../../../src/adapters/thehive/case-template.ts';
import { loadDeskTemplates } from '../../../src/adapters/thehive/load-templates.ts';
import { createTemplates } from '../../../src/language/liquid.ts';
import { choosePlaybooks } from '../../../src/playbook/choose.ts';
import { parsePlaybooks } from '../../../src/playbook/parse.ts';
import { aRule } from '../../helpers/a-finding.ts';
import { playbookOptions } from '../../helpers/a-playbook.ts';
import { anAlert } from '../../helpers/an-alert.ts';

const { ruleSet } = await loadRules(['rules']);
const { playbooks, problems } = parsePlaybooks(await loadPlaybooks(['playbooks']), playbookOptions);
const { templates, problems: templateProblems } = await loadDeskTemplates('templates', createTemplates());

const alertTypes = [
  ...new Set(
    [
      ...ruleSet.detections.filter(({ alerts }) => alerts),
      ...ruleSet.correlations.filter(({ alerts }) => alerts),
      ...(ruleSet.baselines ?? []),
      ...(ruleSet.heartbeats ?? []),
    ].map(({ info }) => info.alertType),
  ),
].sort();

describe('every alert type of the rules', () => {
  it('is one of few, each for a kind of story', () => {
    expect([...problems, ...templateProblems]).toEqual([]);
    expect(alertTypes.length).toBeGreaterThan(15);
    expect(alertTypes.length).toBeLessThanOrEqual(30);
  });

  it.each(alertTypes)('%s has a playbook', (alertType) => {
    const called = choosePlaybooks(playbooks, anAlert({ rule: aRule({ alertType }), severity: 'high' }));
    expect(called.length).toBeGreaterThan(0);
  });

  /** What is new to a principal is no story of its own. */
  it.each(alertTypes.filter((alertType) => !alertType.startsWith('cloudtrail.baseline.')))(
    '%s has a case template of its own',
    (alertType) => {
      expect(templateFor(templates.cases, alertType)?.name).not.toBe('trailhive-default');
    },
  );
});
