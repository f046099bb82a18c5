import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import axios from 'axios';
import { afterEach, expect, it } from 'vitest';

let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

it('serves both emulators with a hand for the demo, until its stdin closes', async () => {
  child = spawn(process.execPath, ['--import', 'tsx', 'test/emulators/main.ts'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout! }), 'line');
  const { thehive, aws } = JSON.parse(line);
  expect((await axios.get(`${aws.endpoint}/health`)).status).toBe(200);
  const headers = { authorization: `Bearer ${thehive.apiKey}` };
  const title = '<script>alert(1)</script>';
  await axios.post(`${thehive.url}/api/v1/case`, { title, description: '' }, { headers });
  await axios.post(`${thehive.url}/_emulator/webhook`, { url: 'http://127.0.0.1:1/hook', token: 'secret' });
  const verdict = { case: 1, status: 'FalsePositive', summary: 'known' };
  expect((await axios.post(`${thehive.url}/_emulator/analyst/close-case`, verdict)).status).toBe(204);
  expect((await axios.get(`${thehive.url}/_emulator/idle`)).data).toEqual({ posts: 1 });
  expect((await axios.get(`${thehive.url}/_emulator/state`)).data.cases[0]).toMatchObject({
    stage: 'Closed',
    summary: 'known',
  });
  const page = (await axios.get(thehive.url)).data;
  expect(page).toContain('#1 &lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toContain(title);
  const gone = once(child, 'exit');
  child.stdin!.end();
  expect(await gone).toEqual([0, null]);
});
