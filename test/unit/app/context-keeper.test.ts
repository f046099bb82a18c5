import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LoadedCompany, loadCompany } from '../../../src/app/company.ts';
import { createContextKeeper } from '../../../src/app/context-keeper.ts';
import type { Problem } from '../../../src/domain/problem.ts';
import { allow, snapshotText } from '../../helpers/an-iam-snapshot.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhive-context-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
const ACCOUNT = (name: string) => `accounts: [{ id: "111122223333", name: ${name} }]\n`;

async function aKeeper(refuse: readonly Problem[] = []) {
  const places = { folder, iam: folder };
  const used: LoadedCompany[] = [];
  const said: string[] = [];
  const numbers: Record<string, number> = {};
  const look = createContextKeeper({
    places,
    contentHash: (await loadCompany(places)).contentHash,
    use: (loaded) => {
      if (refuse.length === 0) used.push(loaded);
      return refuse;
    },
    metrics: {
      count: (name) => {
        numbers[name] = (numbers[name] ?? 0) + 1;
      },
      gauge: (name, value) => {
        numbers[name] = value;
      },
    },
    log: {
      info: (_, message) => said.push(message),
      error: (fields, message) => said.push(`${message} ${JSON.stringify(fields)}`),
    },
  });
  return { look, used, said, numbers };
}

describe('changed context', () => {
  it('is put to work, once', async () => {
    put('accounts.yml', ACCOUNT('old'));
    const { look, used, numbers } = await aKeeper();
    expect(await look()).toBe('unchanged');
    put('accounts.yml', ACCOUNT('new'));
    expect([await look(), await look()]).toEqual(['reloaded', 'unchanged']);
    expect(used.map(({ company }) => company.account('111122223333')?.name)).toEqual(['new']);
    expect(numbers).toEqual({ context_reloads: 1, context_stale: 0 });
  });

  it('that is broken keeps what was loaded, says so once with file and line, and is watched on', async () => {
    put('accounts.yml', ACCOUNT('old'));
    const { look, used, said, numbers } = await aKeeper();
    put('accounts.yml', 'accounts:\n  - { id: "111122223333", nmae: x }\n');
    expect([await look(), await look()]).toEqual(['kept', 'kept']);
    expect(used).toEqual([]);
    expect(numbers).toEqual({ context_reload_failures: 2, context_stale: 1 });
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('what was loaded before stays in use');
    expect(said[0]).toContain(`${folder}/accounts.yml:2`);
    put('accounts.yml', ACCOUNT('mended'));
    expect(await look()).toBe('reloaded');
    expect(numbers['context_stale']).toBe(0);
  });

  it('that goes back to what is in use is no longer told as broken', async () => {
    put('accounts.yml', ACCOUNT('old'));
    const { look, numbers } = await aKeeper();
    put('accounts.yml', 'accounts: {');
    await look();
    put('accounts.yml', ACCOUNT('old'));
    expect(await look()).toBe('unchanged');
    expect(numbers['context_stale']).toBe(0);
  });

  it('may be an IAM snapshot', async () => {
    const { look, used } = await aKeeper();
    put('111122223333.json', snapshotText({ users: { alice: { inline: [allow('*')] } } }));
    expect(await look()).toBe('reloaded');
    expect(used[0]?.company.reach('arn:aws:iam::111122223333:user/alice')?.level).toBe('admin');
    put('111122223333.json', '{"half":');
    expect(await look()).toBe('kept');
  });

  it('is kept out where rules cannot use it, and where the folder is gone', async () => {
    put('accounts.yml', ACCOUNT('old'));
    const { look, said } = await aKeeper([{ file: 'r.yml', line: 3, message: 'no values for %admins%.' }]);
    put('accounts.yml', ACCOUNT('new'));
    expect(await look()).toBe('kept');
    expect(said[0]).toContain('r.yml:3: no values for %admins%.');
    rmSync(folder, { recursive: true });
    expect(await look()).toBe('kept');
    expect(said[1]).toContain('cannot read');
  });
});
