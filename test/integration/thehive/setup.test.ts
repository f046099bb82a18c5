import { afterEach, expect, it } from 'vitest';
import { checkTheHive } from '../../../src/adapters/thehive/check.ts';
import { createTheHiveClient } from '../../../src/adapters/thehive/client.ts';
import { setupTheHive } from '../../../src/adapters/thehive/setup.ts';
import { aDesk, type DeskSetting, fastClock } from './a-desk.ts';

let setting: DeskSetting;
afterEach(() => setting.end());

const setup = () => setupTheHive(setting.admin, setting.client, setting.deskDeps.deskTemplates.cases);
const check = () => checkTheHive(setting.client, setting.deskDeps.deskTemplates.cases);

it('makes everything once; the second run changes nothing', async () => {
  setting = await aDesk();

  const first = await setup();
  await setting.clock.wait(2000);
  const second = await setup();

  expect(new Set(first.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
  expect(new Set(second.map(({ outcome }) => outcome))).toEqual(new Set(['present']));
  expect(first.map(({ what }) => what)).toEqual(second.map(({ what }) => what));
  expect(setting.hive.state.customFields.map(({ name, type }) => `${name} ${type}`)).toContain(
    'trailhive-count integer',
  );
  const template = setting.hive.state.caseTemplates.find(({ name }) => name === 'trailhive-logging');
  expect(template?.tasks[0]?.title).toBe('Is logging on again?');
});

it('takes what is there although the list does not show it yet for present', async () => {
  setting = await aDesk();
  await setup();
  const second = await setup();
  expect(new Set(second.map(({ outcome }) => outcome))).toEqual(new Set(['present']));
});

it('says what to do where a key or a right is missing', async () => {
  setting = await aDesk({ permissions: ['manageAlert/create'] });

  const results = await setupTheHive(undefined, setting.client, setting.deskDeps.deskTemplates.cases);

  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['refused']));
  expect(results.find(({ what }) => what === 'custom field trailhive-count')?.remedy).toContain(
    'admin organisation',
  );
  expect(results.find(({ what }) => what === 'case template trailhive-default')?.remedy).toContain(
    'manageCaseTemplate',
  );
});

it('finds nothing wrong after the setup, and names each missing thing before', async () => {
  setting = await aDesk();
  const before = (await check()).filter(({ ok }) => !ok);
  expect(before.map(({ what }) => what)).toContain('case template trailhive-exposure');
  expect(before.every(({ remedy }) => remedy?.includes('trailhive setup thehive'))).toBe(true);

  await setup();
  await setting.clock.wait(2000);

  const after = await check();
  expect(after.filter(({ ok }) => !ok)).toEqual([]);
  expect(after[0]).toEqual({ ok: true, what: 'TheHive 5.6.2' });
});

it.each([
  ['5.3.11', false, 'update TheHive'],
  ['5.4.9', true, '5.5 or later is recommended'],
])('judges the version %s', async (version, ok, remedy) => {
  setting = await aDesk({ version });
  const [line] = await check();
  expect(line?.ok).toBe(ok);
  expect(line?.remedy).toContain(remedy);
});

it('tells a missing right, a wrong key and a wrong address from each other', async () => {
  setting = await aDesk({ permissions: ['manageAlert/create', 'manageCase'] });
  const rights = (await check()).filter(({ ok }) => !ok).map(({ what }) => what);
  expect(rights).toContain('right manageComment');
  expect(rights).not.toContain('right manageCase/update');

  const clock = fastClock();
  const clientAt = (url: string, key: string) =>
    createTheHiveClient({ url, key, now: clock.now, wait: clock.wait, attempts: 1 });
  const wrongKey = clientAt(setting.hive.url, 'nonsense');
  const wrongPlace = clientAt('http://127.0.0.1:9', 'nonsense');
  const ofKey = await checkTheHive(wrongKey, []);
  const ofPlace = await checkTheHive(wrongPlace, []);
  wrongKey.close();
  wrongPlace.close();

  expect(ofKey.at(-1)).toMatchObject({ ok: false, what: 'TheHive accepts the key' });
  expect(ofPlace).toEqual([expect.objectContaining({ ok: false, what: 'TheHive answers' })]);
});

it('says that the key of the admin organisation is the wrong one', async () => {
  setting = await aDesk();
  const lines = await checkTheHive(setting.admin, []);
  expect(lines.find(({ what }) => what.startsWith('the key is of'))).toMatchObject({ ok: false });
});
