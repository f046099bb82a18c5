import { describe, expect, it } from 'vitest';
import { NO_PLACES } from '../../../../src/domain/place.ts';
import { sourceEnricher } from '../../../../src/pipeline/enrich/enrichers/source.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { anEvent } from '../../../helpers/an-event.ts';

const sourceOf = (sourceIPAddress: unknown, userAgent: unknown = 'x') =>
  sourceEnricher.enrich(anEvent({ sourceIPAddress, userAgent }), aCompany(), NO_PLACES);

describe('source', () => {
  it.each([
    ['203.0.113.77', '203.0.113.77', '203.0.113.0/24'],
    ['203.0.013.077', '203.0.13.77', '203.0.13.0/24'],
    ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1', '2001:db8::/48'],
    ['::ffff:203.0.113.77', '203.0.113.77', '203.0.113.0/24'],
    ['fe80::1%eth0', 'fe80::1', 'fe80::/48'],
  ])('writes %s as %s', (from, address, network) => {
    expect(sourceOf(from)).toMatchObject({ scope: 'address', address, network });
  });

  it.each([
    ['ec2.amazonaws.com', 'ec2.amazonaws.com'],
    ['AWS Internal', 'aws-internal'],
  ])('knows the service %s from an address', (from, network) => {
    expect(sourceOf(from)).toEqual({ scope: 'aws-service', network, userAgentFamily: 'other' });
  });

  it.each([
    ['0x7f.1'],
    ['1'],
    ['300.1.1.1'],
    ['evil.amazonaws.com.example.org'],
    [''],
    [undefined],
    [7],
    ['a:b'],
  ])('takes %s for no place at all', (from) => {
    expect(sourceOf(from)).toEqual({ scope: 'none', userAgentFamily: 'other' });
  });

  it.each([
    ['Boto3/1.7.29 Python/2.7.6 Linux/4.14.0-kali3-amd64 Botocore/1.10.29', 'offensive', 'kali'],
    ['aws-cli/2.15 md/distrib#kali.2024 os/linux#6.6.9', 'offensive', 'kali'],
    ['aws-cli/1.19.1 Python/3.9.2 Linux/6.0.0-2parrot1-amd64 botocore/1.29', 'offensive', 'parrot'],
    ['Boto3/1.9 Linux/5.4.1-pentoo Botocore/1.12', 'offensive', 'pentoo'],
    ['Boto3/1.34 Botocore/1.34 Pacu-Session-0c1d', 'offensive', 'pacu'],
    ['TruffleHog', 'offensive', 'trufflehog'],
    ['S3 Browser/11.4.5 (https://s3browser.com)', 'offensive', 's3-browser'],
    ['stratus-red-team_ea782787-a65d', 'offensive', 'stratus-red-team'],
    ['Boto3/1.28 Botocore/1.31 APN_1826889', 'audit', 'prowler'],
    ['Scout Suite/5.12.0 Python/3.9.2 Linux/6.1', 'audit', 'scoutsuite'],
    ['Scout Suite/5.12.0 Python/3.9.2 Linux/6.0.0-2parrot1-amd64', 'offensive', 'parrot'],
    ['CloudCustodian(x)/0.9.2 Python/3.8.3 Botocore/1.15', 'audit', 'cloud-custodian'],
  ])('knows %s as %s: %s', (userAgent, userAgentFamily, tool) => {
    expect(sourceOf('203.0.113.77', userAgent)).toMatchObject({ userAgentFamily, tool });
  });

  it.each(['aws-cli/2 kalimba/1', 'aws-cli/2 parrotfish', 'Mozilla/5.0 (spartacus)'])(
    'takes %s for no attacker’s system',
    (userAgent) => {
      expect(sourceOf('203.0.113.77', userAgent).userAgentFamily).not.toBe('offensive');
    },
  );

  it('remembers no more user agents than it can hold, and answers the same after', () => {
    for (let index = 0; index < 5000; index += 1) sourceOf('203.0.113.77', `made-up/${index}`);
    expect(sourceOf('203.0.113.77', 'TruffleHog').tool).toBe('trufflehog');
    expect(sourceOf('203.0.113.77', `aws-cli/2 ${'x'.repeat(100_000)}`).userAgentFamily).toBe('cli');
  });

  it.each([
    ['aws-cli/2.15.0 Python/3.11.6 Botocore/2.4', 'cli'],
    ['APN/1.0 HashiCorp/1.0 Terraform/1.5.7 aws-sdk-go-v2/1.2', 'terraform'],
    ['Boto3/1.28 Botocore/1.31', 'sdk'],
    ['[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11]', 'console'],
    ['signin.amazonaws.com', 'console'],
    ['cloudformation.amazonaws.com', 'aws-service'],
    ['Mozilla/5.0 (X11; Linux)', 'browser'],
    ['curl/8.0', 'script'],
    ['Boto3/1.34 md/Botocore#1.34 ua/2.0 Pulumi/3.1', 'iac'],
    ['rclone/v1.65', 'transfer'],
    ['karpenter-like/0.1', 'other'],
    ['', 'none'],
    ['-', 'none'],
    [undefined, 'none'],
  ])('takes the user agent %s for %s', (userAgent, family) => {
    const found = sourceEnricher.enrich(anEvent({ userAgent }), aCompany(), NO_PLACES);
    expect(found.userAgentFamily).toBe(family);
  });
});
