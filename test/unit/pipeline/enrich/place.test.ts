import { describe, expect, it } from 'vitest';
import type { PlaceFacts } from '../../../../src/domain/place.ts';
import { placeEnricher } from '../../../../src/pipeline/enrich/enrichers/place.ts';
import { aCompany } from '../../../helpers/a-company.ts';
import { anEvent } from '../../../helpers/an-event.ts';

const office = { name: 'office', kind: 'company', isOurs: true } as const;
const partner = { name: 'partner', kind: 'partner', isOurs: false } as const;

function placeOf(sourceIPAddress: unknown, facts: PlaceFacts = {}, network?: typeof office | typeof partner) {
  const asked: string[] = [];
  const places = {
    lookUp: (address: string) => {
      asked.push(address);
      return facts;
    },
  };
  const company = aCompany({}, { network: () => network });
  return { place: placeEnricher.enrich(anEvent({ sourceIPAddress }), company, places), asked };
}

describe('place', () => {
  it('is the company’s where the company says so, and no database is asked', () => {
    const facts = { country: 'RU', asn: 16509 };
    expect(placeOf('10.1.2.3', facts, office)).toEqual({
      place: { scope: 'company', network: 'office' },
      asked: [],
    });
    expect(placeOf('8.8.8.8', facts, office).place).toEqual({ scope: 'company', network: 'office' });
  });

  it('of a network that is known and not the company’s bears its name beside what databases say', () => {
    expect(placeOf('8.8.8.8', { country: 'US' }, partner).place).toEqual({
      scope: 'public',
      network: 'partner',
      country: 'US',
    });
  });

  it.each([
    ...[
      '10.0.0.1',
      '127.0.0.1',
      '192.168.3.4',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.1',
      '100.64.0.1',
    ],
    ...['100.127.1.1', 'fd00::1', 'fe80::1', '::1', '::ffff:10.0.0.1'],
  ])('of %s is private, and in no database', (address) => {
    expect(placeOf(address, { country: 'US' })).toEqual({ place: { scope: 'private' }, asked: [] });
  });

  it.each([
    '172.32.0.1',
    '172.15.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '11.0.0.1',
    '192.169.0.1',
    '2001:db8::1',
  ])('of %s is public', (address) => {
    expect(placeOf(address, { country: 'US' })).toEqual({
      place: { scope: 'public', country: 'US' },
      asked: [address],
    });
  });

  it.each<[string, PlaceFacts, object]>([
    [
      'a provider, by number',
      { asn: 24940, asnName: 'Hetzner Online GmbH' },
      { scope: 'public', hosting: true },
    ],
    [
      'a provider, by name',
      { asn: 4_200_000_001, asnName: 'Some VPS Ltd' },
      { scope: 'public', hosting: true },
    ],
    ['an association that runs exits', { asn: 60729, asnName: 'SEF' }, { scope: 'public', tor: true }],
    [
      'a listed exit',
      { asn: 3320, asnName: 'Deutsche Telekom AG', tor: true },
      { scope: 'public', tor: true },
    ],
  ])('flags %s', (_name, facts, expected) => {
    expect(placeOf('198.51.100.7', facts).place).toMatchObject(expected);
  });

  it('tells Amazon’s networks from other providers’', () => {
    const { place } = placeOf('198.51.100.7', { asn: 16509, asnName: 'Amazon.com, Inc.' });
    expect(place).toEqual({ scope: 'aws', asn: 16509, asnName: 'Amazon.com, Inc.' });
  });

  it('flags no access provider', () => {
    const { place } = placeOf('198.51.100.7', { country: 'DE', asn: 3320, asnName: 'Deutsche Telekom AG' });
    expect(place).toEqual({ scope: 'public', country: 'DE', asn: 3320, asnName: 'Deutsche Telekom AG' });
    expect(placeOf('198.51.100.7', { asn: 267242, asnName: 'AMAZONIA TELECOM' }).place.scope).toBe('public');
  });

  it.each([
    ['cloudformation.amazonaws.com', 'service'],
    ['AWS Internal', 'service'],
    ['evil.amazonaws.com.example.org', 'none'],
    ['', 'none'],
    [7, 'none'],
    [undefined, 'none'],
    ['x'.repeat(100_000), 'none'],
  ])('of %s is none', (from, scope) => {
    expect(placeOf(from)).toEqual({ place: { scope }, asked: [] });
  });
});
