import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Reader, type Response } from 'mmdb-lib';
import { messageOf, TrailhiveError } from '../../domain/errors.ts';
import { type AsnTable, readAsnTable } from './asn-table.ts';

/** Files of the user's own, in place of those that come with trailhive. */
export interface PlaceFiles {
  /** An .mmdb of countries: MaxMind's or DB-IP's layout, or that of ip-location-db. */
  readonly country?: string;
  /** An .mmdb of networks (autonomous systems) in the same layouts. */
  readonly asn?: string;
  /** Exits of the Tor network, one address a line, as check.torproject.org lists them. */
  readonly torExits?: string;
}

export type CountryOf = (address: string) => string | undefined;
export type AsnOf = AsnTable['find'];

const packages = createRequire(import.meta.url);

/** Throws `config` where a file of the user's own cannot be read. Absent packages know nothing. */
export function openCountries(file: string | undefined): CountryOf {
  const bytes =
    file === undefined
      ? packaged('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb')
      : ownFile(file);
  if (bytes === undefined) return () => undefined;
  const reader = readerOf(bytes, file);
  return (address) => {
    const found = reader.get(address) as CountryRow | null;
    const code = found?.country_code ?? found?.country?.iso_code;
    return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? code : undefined;
  };
}

interface CountryRow {
  readonly country_code?: unknown;
  readonly country?: { readonly iso_code?: unknown };
}

interface AsnRow {
  readonly autonomous_system_number?: unknown;
  readonly autonomous_system_organization?: unknown;
}

/** As `openCountries`, for networks. */
export function openAsns(file: string | undefined): AsnOf {
  if (file !== undefined) {
    const reader = readerOf(ownFile(file), file);
    return (address) => {
      const row = reader.get(address) as AsnRow | null;
      const asn = Number(row?.autonomous_system_number);
      return Number.isInteger(asn) && asn > 0
        ? { asn, asnName: String(row?.autonomous_system_organization ?? '') }
        : undefined;
    };
  }
  const v4 = packaged('@ip-location-db/asn/asn-ipv4-num.csv');
  const v6 = packaged('@ip-location-db/asn/asn-ipv6.csv');
  return v4 === undefined || v6 === undefined ? () => undefined : readAsnTable(v4, v6).find;
}

/** The lines of a list of Tor exits that are not empty and no comments; empty without a file. */
export function openTorExits(file: string | undefined): ReadonlySet<string> {
  if (file === undefined) return new Set();
  const lines = ownFile(file).toString('utf8').split('\n');
  return new Set(lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')));
}

function packaged(file: string): Buffer | undefined {
  try {
    return readFileSync(packages.resolve(file));
  } catch {
    return undefined;
  }
}

function ownFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new TrailhiveError('config', `the file of places ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function readerOf(bytes: Buffer, file: string | undefined): Reader<Response> {
  try {
    return new Reader<Response>(bytes);
  } catch (error) {
    throw new TrailhiveError(
      'config',
      `${file ?? 'the database of countries'} is no .mmdb file: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}
