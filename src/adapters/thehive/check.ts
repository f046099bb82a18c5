import { faultOf, messageOf } from '../../domain/errors.ts';
import type { CaseTemplate } from './case-template.ts';
import { pathOf, type TheHiveClient } from './client.ts';
import { AWS_OBSERVABLE_TYPES } from './observable-type.ts';
import { OWN_FIELDS } from './own-fields.ts';
import { namesIn } from './server-facts.ts';

/** One line of `trailhive check`. What is not ok says what to do. */
export interface CheckLine {
  readonly ok: boolean;
  readonly what: string;
  readonly remedy?: string;
}

const NEEDED_RIGHTS = [
  'manageAlert/create',
  'manageAlert/update',
  'manageAlert/import',
  'manageCase/create',
  'manageCase/update',
  'manageComment',
  'manageObservable',
  'managePage',
  'manageProcedure',
  'manageTask',
] as const;

const SETUP = 'Run `trailhive setup thehive`. Until then trailhive goes on without.';

/** Looks at everything that trailhive needs or likes to find; changes nothing and throws nothing. */
export async function checkTheHive(
  client: TheHiveClient,
  caseTemplates: readonly CaseTemplate[],
): Promise<readonly CheckLine[]> {
  const server = await tried('TheHive answers', async () => serverLines(await client.read('/status/public')));
  if (server.failed) return server.lines;
  const account = await tried('TheHive accepts the key', async () =>
    accountLines(await client.read('/user/current')),
  );
  if (account.failed) return [...server.lines, ...account.lines];
  const furniture = await Promise.all([
    tried('custom fields', () => fieldLines(client)),
    tried('observable types', () => typeLines(client)),
    tried('case templates', () => templateLines(client, caseTemplates)),
  ]);
  return [...server.lines, ...account.lines, ...furniture.flatMap(({ lines }) => lines)];
}

async function tried(
  what: string,
  look: () => Promise<readonly CheckLine[]>,
): Promise<{ readonly lines: readonly CheckLine[]; readonly failed: boolean }> {
  try {
    return { lines: await look(), failed: false };
  } catch (error) {
    const hint = faultOf(error) === 'retryable' ? ' See thehive.url, the network and the certificate.' : '';
    const reason = messageOf(error).replace(/\.$/, '');
    return { lines: [{ ok: false, what, remedy: `${reason}.${hint}` }], failed: true };
  }
}

function serverLines(body: unknown): readonly CheckLine[] {
  const { version, imports } = (body ?? {}) as { version?: unknown; imports?: { mitreCatalog?: unknown } };
  const text = String(version ?? 'unknown');
  const [, major = '0', minor = '0'] = /^v?(\d+)\.(\d+)/.exec(text) ?? [];
  const rank = Number(major) * 1000 + Number(minor);
  const lines: CheckLine[] = [versionLine(text, rank)];
  // Older servers do not say; then nothing is claimed.
  if (imports !== undefined) {
    const hasCatalogue = typeof imports.mitreCatalog === 'string' && imports.mitreCatalog !== '';
    lines.push(
      line(
        hasCatalogue,
        'the ATT&CK catalogue is imported',
        'Import it as administrator (Entities, ATT&CK patterns). Until then techniques are tags.',
      ),
    );
  }
  return lines;
}

function versionLine(version: string, rank: number): CheckLine {
  const what = `TheHive ${version}`;
  if (rank < 5004)
    return { ok: false, what, remedy: 'trailhive needs TheHive 5.4 or later: update TheHive.' };
  return rank < 5005 ? { ok: true, what, remedy: '5.5 or later is recommended.' } : { ok: true, what };
}

function accountLines(body: unknown): readonly CheckLine[] {
  const user = (body ?? {}) as { login?: unknown; organisation?: unknown; permissions?: unknown };
  const has = Array.isArray(user.permissions) ? user.permissions.map(String) : [];
  const who = `the key is of ${String(user.login)} in organisation ${String(user.organisation)}`;
  return [
    line(
      user.organisation !== 'admin',
      who,
      'The admin organisation holds no alerts or cases: use a service account of the SOC, or set thehive.organisation.',
    ),
    ...NEEDED_RIGHTS.map((right) =>
      line(holds(has, right), `right ${right}`, `Add ${right} to the profile of ${String(user.login)}.`),
    ),
  ];
}

/** `manageCase` stands for all of its parts, as in older profiles. */
function holds(permissions: readonly string[], right: string): boolean {
  return permissions.includes(right) || permissions.includes(right.split('/')[0] ?? right);
}

async function fieldLines(client: TheHiveClient): Promise<readonly CheckLine[]> {
  const names = namesIn(await client.read('/customField'));
  return OWN_FIELDS.map(({ name }) => line(names.includes(name), `custom field ${name}`, SETUP));
}

async function typeLines(client: TheHiveClient): Promise<readonly CheckLine[]> {
  const rows = await client.query('listObservableType', [
    { _name: 'listObservableType' },
    { _name: 'page', from: 0, to: 2000 },
  ]);
  const names = namesIn(rows);
  return AWS_OBSERVABLE_TYPES.map((name) => line(names.includes(name), `observable type ${name}`, SETUP));
}

async function templateLines(
  client: TheHiveClient,
  templates: readonly CaseTemplate[],
): Promise<readonly CheckLine[]> {
  return Promise.all(
    templates.map(async ({ name }) => {
      const found = await client.read(pathOf('caseTemplate', name));
      return line(found !== undefined, `case template ${name}`, SETUP);
    }),
  );
}

function line(ok: boolean, what: string, remedy: string): CheckLine {
  return ok ? { ok, what } : { ok, what, remedy };
}
