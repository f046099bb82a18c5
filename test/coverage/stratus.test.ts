import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/adapters/files/rule-folder.ts';
import { hasData } from './data.ts';
import { measureStratus } from './stratus-techniques.ts';

const { ruleSet, problems } = await loadRules(['rules']);
const results = hasData() ? await measureStratus(ruleSet) : [];

describe.skipIf(!hasData())('techniques of Stratus Red Team (skipped where the data is absent)', () => {
  it('are 35, and the rules load', () => {
    expect(problems).toEqual([]);
    expect(results.length).toBe(35);
  });

  it.each(results)('$techniqueId is detected by a rule of its tactic', ({ detectedBy }) => {
    expect(detectedBy.length).toBeGreaterThan(0);
  });

  it.each(results)('$techniqueId: one rule detects every variation', ({ variations }) => {
    expect(variations.filter(({ detected }) => detected === false).map(({ name }) => name)).toEqual([]);
    expect(variations.length).toBe(3);
  });

  it.each(results)('$techniqueId: that rule is silent on harmless use of the call', ({ harmless }) => {
    expect(harmless.length).toBeGreaterThan(0);
    expect(harmless.filter(({ firedBy }) => firedBy.length > 0)).toEqual([]);
  });

  it('leave out an attempt only where it does not matter, with a reason', () => {
    const left = results.flatMap(({ techniqueId, variations }) =>
      variations.filter(({ detected }) => detected === 'not applicable').map(({ why }) => [techniqueId, why]),
    );
    expect(left.map(([id]) => id)).toEqual([
      'aws.exfiltration.ec2-security-group-open-port-22-ingress',
      'aws.initial-access.console-login-without-mfa',
    ]);
    expect(left.every(([, why]) => (why ?? '').length > 40)).toBe(true);
  });
});
