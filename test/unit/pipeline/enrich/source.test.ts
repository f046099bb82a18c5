import { describe, expect, it } from 'vitest';
import { sourceEnricher } from '../../../../src/pipeline/enrich/enrichers/source.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { anEvent } from '../../../helpers/an-event.ts';

const sourceOf = (sourceIPAddress: unknown, userAgent: unknown = 'x') =>
  sourceEnricher.enrich(anEvent({ sourceIPAddress, userAgent }), aCompany());

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
    ['aws-cli/2.15.0 Python/3.11.6 Botocore/2.4', 'cli'],
    ['APN/1.0 HashiCorp/1.0 Terraform/1.5.7 aws-sdk-go-v2/1.2', 'terraform'],
    ['Boto3/1.28 Botocore/1.31', 'sdk'],
    ['[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11]', 'console'],
    ['signin.amazonaws.com', 'console'],
    ['cloudformation.amazonaws.com', 'aws-service'],
    ['Mozilla/5.0 (X11; Linux)', 'browser'],
    ['curl/8.0', 'other'],
    ['', 'none'],
    ['-', 'none'],
    [undefined, 'none'],
  ])('takes the user agent %s for %s', (userAgent, family) => {
    const found = sourceEnricher.enrich(anEvent({ userAgent }), aCompany());
    expect(found.userAgentFamily).toBe(family);
  });
});
