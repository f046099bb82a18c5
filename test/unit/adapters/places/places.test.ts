import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPlaces } from '../../../../src/adapters/places/places.ts';

describe('the databases that come with trailhive', () => {
  const places = createPlaces();

  it.each([
    ['8.8.8.8', { country: 'US', asn: 15169, asnName: 'Google LLC' }],
    ['52.94.133.131', { country: 'US', asn: 16509, asnName: 'Amazon.com, Inc.' }],
    ['185.220.101.1', { country: 'DE', asn: 60729, asnName: 'Stiftung Erneuerbare Freiheit' }],
    ['2a01:4f8::1', { country: 'DE', asn: 24940, asnName: 'Hetzner Online GmbH' }],
  ])('know %s', (address, facts) => {
    expect(places.lookUp(address)).toEqual(facts);
  });

  it('say nothing of what is no address, and of networks that nobody announces', () => {
    expect(places.lookUp('192.0.2.1')).toEqual({});
    expect(places.lookUp('')).toEqual({});
    expect(places.lookUp('a:b')).toEqual({});
  });

  it('answer the same again, and after more addresses than are remembered', () => {
    const before = places.lookUp('8.8.8.8');
    for (let index = 0; index < 9000; index += 1) places.lookUp(`10.${index >> 8}.${index & 255}.1`);
    expect(places.lookUp('8.8.8.8')).toEqual(before);
  });
});

describe('files of the user’s own', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'trailhive-places-'));
    writeFileSync(join(folder, 'tor.txt'), '# exits\n192.0.2.7\n\n 2001:db8::7 \n');
    writeFileSync(join(folder, 'no.mmdb'), 'not a database');
  });

  it('list Tor exits', () => {
    const places = createPlaces({ torExits: join(folder, 'tor.txt') });
    places.load();
    expect(places.lookUp('192.0.2.7')).toEqual({ tor: true });
    expect(places.lookUp('2001:db8::7').tor).toBe(true);
    expect(places.lookUp('192.0.2.8')).toEqual({});
  });

  it.each([
    [{ country: 'missing.mmdb' }, 'missing.mmdb cannot be read'],
    [{ asn: 'missing.mmdb' }, 'missing.mmdb cannot be read'],
    [{ torExits: 'missing.txt' }, 'missing.txt cannot be read'],
    [{ country: 'no.mmdb' }, 'is no .mmdb file'],
  ])('that are missing or wrong stop the start: %j', (files, words) => {
    const inFolder = Object.fromEntries(
      Object.entries(files).map(([name, file]) => [name, join(folder, file)]),
    );
    const places = createPlaces(inFolder);
    expect(() => places.load()).toThrow(
      expect.objectContaining({ fault: 'config', message: expect.stringContaining(words) }),
    );
    expect(places.lookUp('8.8.8.8')).toEqual({});
  });

  it('may be an .mmdb of another layout', () => {
    const country = createRequireFrom(
      '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country-ipv4.mmdb',
    );
    expect(createPlaces({ country }).lookUp('8.8.8.8')).toMatchObject({ country: 'US' });
  });
});

function createRequireFrom(file: string): string {
  return join(import.meta.dirname, '../../../../node_modules', file);
}
