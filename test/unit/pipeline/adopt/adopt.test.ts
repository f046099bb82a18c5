import { describe, expect, it } from 'vitest';
import type { ExternalFinding } from '../../../../src/domain/external.ts';
import { createAdopt } from '../../../../src/pipeline/adopt/adopt.ts';
import { readExternal } from '../../../../src/pipeline/decode/external/read-external.ts';
import { mergeAlert } from '../../../../src/pipeline/dedupe/merge-alert.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { aGuardDutyFinding, DETECTOR } from '../../../helpers/guard-duty.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
function external(overrides: Readonly<Record<string, unknown>> = {}): ExternalFinding {
  const reading = readExternal(
    { product: 'guardduty', detail: aGuardDutyFinding({ id: 'f1', ...overrides }) },
    NOON,
  );
  if (!('finding' in reading)) throw new Error('not a finding');
  return reading.finding;
}
const adopt = (finding: ExternalFinding, company = aCompany()) => {
  const [adopted] = createAdopt(company)([finding]);
  if (adopted === undefined) throw new Error('not adopted');
  return adopted;
};

describe('a finding of another product', () => {
  it('becomes one of kind external with its own severity, type and words', () => {
    expect(adopt(external({ severity: 8 }))).toMatchObject({
      kind: 'external',
      rule: {
        id: 'guardduty:UnauthorizedAccess:IAMUser/TorIPCaller',
        title: 'GuardDuty: API ListBuckets was invoked from a Tor exit node.',
        level: 'high',
        alertType: 'external.guardduty',
      },
      group: { account: '111122223333', finding: `${DETECTOR}/finding/f1` },
      evidence: [
        {
          time: Date.UTC(2026, 10, 20, 11, 50),
          eventSource: 'guardduty.amazonaws.com',
          eventName: 'UnauthorizedAccess:IAMUser/TorIPCaller',
          actor: { principal: 'arn:aws:iam::111122223333:user/alice', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
          sourceAddress: '185.220.101.1',
          summary: 'reports UnauthorizedAccess:IAMUser/TorIPCaller on ListBuckets, severity 8, seen 3 times',
          external: true,
        },
      ],
    });
  });

  it('tells its observables as CloudTrail’s own are told', () => {
    const [evidence] = adopt(external()).evidence;
    expect(evidence?.observables).toEqual([
      { type: 'aws-principal', value: 'arn:aws:iam::111122223333:user/alice', tags: ['actor'] },
      { type: 'aws-access-key', value: 'AKIAIOSFODNN7EXAMPLE', tags: ['actor'] },
      { type: 'ip', value: '185.220.101.1', tags: ['source'] },
      { type: 'aws-account', value: '111122223333', tags: ['account'] },
    ]);
  });

  it('is one alert for as long as it lives: an update adds an event and only raises the severity', () => {
    const first = adopt(external());
    const later = {
      severity: 8,
      updatedAt: '2026-11-20T11:58:00Z',
      type: 'UnauthorizedAccess:IAMUser/Other',
    };
    const second = adopt(external(later));
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(second.members[0]?.key).not.toBe(first.members[0]?.key);
    const extent = { count: 2, firstSeen: NOON, lastSeen: NOON };
    const live = (finding: typeof first) => ({ finding, wouldBeHiddenBy: [] });
    const grown = mergeAlert(mergeAlert(undefined, live(first), extent), live(second), extent);
    const turned = mergeAlert(mergeAlert(undefined, live(second), extent), live(first), extent);
    expect([grown.severity, turned.severity]).toEqual(['high', 'high']);
    expect(grown.evidence).toEqual(turned.evidence);
    expect(grown.evidence).toHaveLength(2);
  });

  it('of another ARN or account is another alert', () => {
    const { fingerprint } = adopt(external());
    expect(adopt(external({ id: 'f2' })).fingerprint).not.toBe(fingerprint);
    expect(adopt(external({ accountId: '444455556666' })).fingerprint).not.toBe(fingerprint);
  });

  it('bears the owner’s marks, and his name of the account', () => {
    const company = aCompany({
      accounts: { '111122223333': { name: 'prod', environment: 'production', role: 'security' } },
      breakGlass: ['arn:aws:iam::111122223333:user/alice'],
    });
    expect(adopt(external(), company).evidence[0]).toMatchObject({
      accountName: 'prod',
      environment: 'production',
      marks: ['break-glass', 'security-account'],
    });
  });

  it('weighs by what the company says of its actor, resources and account', () => {
    const accounts = { '111122223333': { name: 'prod', criticality: 'low' } } as const;
    const looks = { reach: () => ({ level: 'admin', riskClasses: ['data-exfiltration'] }) as const };
    const named = aGuardDutyFinding()['resource'] as object;
    const resource = { ...named, s3BucketDetails: [{ arn: 'arn:aws:s3:::payroll' }] };
    const known = { accounts, critical: ['arn:aws:s3:::payroll'] };
    expect(adopt(external({ resource }), aCompany(known, looks)).evidence[0]?.risk).toEqual({
      reach: { level: 'admin', why: 'the actor may do data-exfiltration' },
      criticality: { level: 'critical', why: 'asset arn:aws:s3:::payroll' },
    });
    expect(adopt(external(), aCompany({ accounts })).evidence[0]?.risk).toEqual({
      criticality: { level: 'low', why: 'account prod' },
    });
    expect(adopt(external()).evidence[0]).not.toHaveProperty('risk');
  });

  it('of an attack sequence has all of its actors', () => {
    const actors = [{ user: { name: 'bob', type: 'IAMUser', credentialUid: 'AKIAI44QH8DHBEXAMPLE' } }];
    const service = { detection: { sequence: { actors } } };
    const { summary } = adopt(external({ service }));
    expect(summary?.actors.map(({ name }) => name).sort()).toEqual(['alice', 'bob']);
  });

  it('about a resource alone names nobody', () => {
    const resource = { instanceDetails: { instanceId: 'i-0123456789abcdef0' } };
    const { summary, evidence } = adopt(external({ resource }));
    expect(summary?.actors).toEqual([]);
    expect(evidence[0]).toMatchObject({
      actor: { kind: 'unknown', principal: '' },
      resources: ['i-0123456789abcdef0'],
    });
  });

  it('shows what it wrote without characters that move a terminal', () => {
    const { rule } = adopt(external({ title: 'a\u001b[31m\nb', description: 'x\u202ey' }));
    expect(rule.title).toBe('GuardDuty: a [31m b');
    expect(rule.description).toBe(`x y Finding ${DETECTOR}/finding/f1.`);
  });
});
