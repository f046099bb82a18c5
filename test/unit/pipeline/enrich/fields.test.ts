import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CompanyContext } from '../../../../src/domain/company.ts';
import { contextFields } from '../../../../src/language/sigma/known-fields.ts';
import { DERIVED_FACTS } from '../../../../src/pipeline/enrich/derived/registry.ts';
import { createEnrich } from '../../../../src/pipeline/enrich/enrich.ts';
import { enrichers } from '../../../../src/pipeline/enrich/registry.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { anEvent, type RecordOverrides } from '../../../helpers/an-event.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/fields.md'), 'utf8');
const account = '111122223333';

/** A company that knows something of everything. */
const knowing: Partial<CompanyContext> = {
  principal: () => ({ kind: 'person', owner: 'o', team: 't', onCall: 'c', breakGlass: false }),
  isAdmin: () => true,
  isAdminGroup: () => true,
  reach: () => ({ level: 'admin', riskClasses: ['privilege-escalation'] }),
  network: (address) =>
    address === '203.0.113.7' ? { name: 'partner', kind: 'partner', isOurs: false } : undefined,
  knowsNetworks: true,
  asset: () => ({ name: 'payroll', criticality: 'critical', owner: 'o' }),
  image: () => ({ allowed: true, owner: 'amazon', own: false }),
  instanceTypeInUse: () => true,
  regionInUse: () => true,
  inWorkingHours: () => true,
};
const company = aCompany(
  {
    accounts: {
      [account]: { name: 'n', environment: 'e', owner: 'o', criticality: 'high', role: 'security' },
    },
  },
  knowing,
);
const places = {
  lookUp: () => ({ country: 'DE', asn: 60729, asnName: 'Some Hosting', tor: true as const }),
};

/** Calls that between them call for every field but the derived ones, which tests of their own hold. */
const CALLS: readonly RecordOverrides[] = [
  {
    eventSource: 'ec2.amazonaws.com',
    eventName: 'RunInstances',
    userAgent: 'TruffleHog',
    requestParameters: {
      instanceType: 'm5.large',
      instancesSet: { items: [{ imageId: 'ami-0123456789abcdef0' }] },
    },
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${account}:assumed-role/deploy/ci`,
      accountId: account,
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      invokedBy: 'cloudformation.amazonaws.com',
      onBehalfOf: { userId: 'u', identityStoreArn: 'arn:aws:identitystore::1:identitystore/d' },
      sessionContext: {
        sourceIdentity: 'alice',
        attributes: { creationDate: '2026-11-22T09:00:00Z', mfaAuthenticated: 'true' },
        webIdFederationData: { federatedProvider: 'gitlab.com' },
      },
    },
  },
  {
    eventSource: 'ec2.amazonaws.com',
    eventName: 'DescribeInstances',
    readOnly: true,
    userAgent: 'AWS Internal',
  },
  {
    eventSource: 'iam.amazonaws.com',
    eventName: 'UpdateLoginProfile',
    requestParameters: { userName: 'root2' },
  },
  {
    eventSource: 'iam.amazonaws.com',
    eventName: 'AddUserToGroup',
    requestParameters: { userName: 'bob', groupName: 'admins' },
  },
  {
    eventSource: 's3.amazonaws.com',
    eventName: 'PutBucketPolicy',
    requestParameters: {
      bucketName: 'payroll',
      bucketPolicy: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*' }] },
    },
  },
];

describe('fields', () => {
  const written = new Set<string>();
  const enrich = createEnrich(company, places);

  beforeAll(() => {
    for (const call of CALLS) {
      const { context } = enrich(anEvent(call));
      for (const [root, fields] of Object.entries(context))
        for (const name of Object.keys(fields)) written.add(`${root}.${name}`);
    }
  });

  const withoutDerived = () => contextFields().filter((field) => !field.startsWith('derived.'));

  it('that enrichers write are the fields that the linter knows', () => {
    expect([...written].filter((field) => !field.startsWith('derived.')).sort()).toEqual(
      withoutDerived().sort(),
    );
    const derived = [...new Set(DERIVED_FACTS.map(({ name }) => `derived.${name}`))];
    expect(derived.sort()).toEqual(
      contextFields()
        .filter((field) => field.startsWith('derived.'))
        .sort(),
    );
  });

  it('are each on the page, and the page has no others', () => {
    const roots = Object.keys(enrichers).join('|');
    const named = new Set(
      [...page.matchAll(new RegExp(`\`((?:${roots})\\.[A-Za-z0-9]+)\``, 'g'))].map(([, name]) => name),
    );
    expect([...named].sort()).toEqual(contextFields().sort());
  });

  it('of every value that a field can have by name are on the page', () => {
    const values =
      'offensive audit transfer script iac person pipeline console programmatic permanent temporary company';
    for (const value of values.split(' ')) expect(page).toContain(`\`${value}\``);
  });

  it('never keep an attacker’s text at any length', () => {
    const long = 'x'.repeat(100_000);
    const userIdentity = {
      type: long,
      arn: long,
      userName: long,
      principalId: long,
      sessionContext: { sourceIdentity: long },
    };
    const { context } = enrich(
      anEvent({ userIdentity, userAgent: long, sourceIPAddress: long, eventName: long }),
    );
    const lengths = Object.values({ ...context }).flatMap((root) =>
      Object.values(root).map((value) => (typeof value === 'string' ? value.length : 0)),
    );
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2 * 2048 + 64);
  });
});
