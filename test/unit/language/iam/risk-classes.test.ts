import { describe, expect, it } from 'vitest';
import { RISK_CLASSES } from '../../../../src/domain/company.ts';
import { iamActionsOf, iamServices } from '../../../../src/language/iam/actions.ts';
import { listedActions, riskClassesOf } from '../../../../src/language/iam/risk-classes.ts';

describe('risk classes', () => {
  it('list actions as IAM spells them, but for two calls that IAM is not asked about', () => {
    const unknown = listedActions().filter((action) => {
      const [service = '', name = ''] = action.split(':');
      return iamActionsOf(service).get(name.toLowerCase())?.name !== name;
    });
    expect(unknown.sort()).toEqual(['rolesanywhere:CreateSession', 'sso:GetRoleCredentials']);
  });

  it('come in their own order, each once, and each class has actions', () => {
    const seen = new Set<string>();
    for (const service of iamServices()) {
      for (const { name, level } of iamActionsOf(service).values()) {
        const risks = riskClassesOf(service, name, level);
        expect(risks).toEqual(RISK_CLASSES.filter((risk) => risks.includes(risk)));
        for (const risk of risks) seen.add(risk);
      }
    }
    expect([...seen].sort()).toEqual([...RISK_CLASSES].sort());
  });

  it('expose nothing by taking a permission away, or by giving one within IAM', () => {
    expect(riskClassesOf('s3', 'DeleteBucketPolicy', 'Permissions management')).toEqual([
      'infrastructure-modification',
      'defence-evasion',
    ]);
    expect(riskClassesOf('iam', 'DeletePolicy', 'Permissions management')).toEqual([
      'infrastructure-modification',
    ]);
    expect(riskClassesOf('ec2', 'DescribeInstances', 'List')).toEqual([]);
  });

  it('know all methods of Cloudsplaining that are one call', () => {
    const methods = 'CreateAccessKey CreateLoginProfile UpdateLoginProfile AddUserToGroup CreatePolicyVersion'
      .concat(' SetDefaultPolicyVersion AttachUserPolicy AttachGroupPolicy AttachRolePolicy PutUserPolicy')
      .concat(' PutGroupPolicy PutRolePolicy UpdateAssumeRolePolicy PassRole');
    for (const name of methods.split(' '))
      expect(riskClassesOf('iam', name, 'Write'), name).toContain('privilege-escalation');
  });
});
