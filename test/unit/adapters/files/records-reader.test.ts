import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRecords } from '../../../../src/adapters/files/records-reader.ts';
import type { Problem } from '../../../../src/domain/problem.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhive-records-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function read(paths: readonly string[], stdin?: AsyncIterable<Uint8Array>) {
  const problems: Problem[] = [];
  const records: unknown[] = [];
  const lines: number[] = [];
  const options = {
    onProblem: (problem: Problem) => problems.push(problem),
    ...(stdin === undefined ? {} : { stdin }),
  };
  for await (const { record, line } of readRecords(paths, options)) {
    records.push(record);
    lines.push(line);
  }
  return { records, lines, problems };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const a = { eventName: 'A' };
const b = { eventName: 'B' };
const two = { Records: [a, b] };

describe('readRecords', () => {
  it.each<[string, string | Uint8Array]>([
    ['as CloudTrail delivers it', gzipSync(JSON.stringify(two))],
    ['plain', JSON.stringify(two)],
    ['over many lines', JSON.stringify(two, null, 2)],
    ['a list', JSON.stringify([a, b])],
    ['one record a line', `${JSON.stringify(a)}\n${JSON.stringify(b)}\n`],
    ['lines with returns and gaps', `\r\n${JSON.stringify(a)}\r\n\r\n${JSON.stringify(b)}`],
    ['zipped lines', gzipSync(`${JSON.stringify(a)}\n${JSON.stringify(b)}`)],
    ['one log file a line', `${JSON.stringify({ Records: [a] })}\n${JSON.stringify({ Records: [b] })}`],
  ])('reads a file %s', async (_name, content) => {
    expect(await read([file('x.json', content)])).toMatchObject({ records: [a, b], problems: [] });
  });

  it('reads one record over many lines', async () => {
    expect((await read([file('x.json', JSON.stringify(a, null, 2))])).records).toEqual([a]);
  });

  it('reads a folder by file name and passes over what is no log', async () => {
    file('2/b.json.gz', gzipSync(JSON.stringify(b)));
    file('1/a.ndjson', JSON.stringify(a));
    file('1/readme.txt', 'not JSON');
    file('.hidden/c.json', 'not JSON');
    expect(await read([folder])).toMatchObject({ records: [a, b], problems: [] });
  });

  it('reads standard input, whatever pieces it comes in', async () => {
    const bytes = gzipSync(`${JSON.stringify(a)}\n${JSON.stringify({ eventName: 'ü€' })}`);
    async function* pieces() {
      for (const byte of bytes) yield Uint8Array.of(byte);
    }
    expect((await read(['-'], pieces())).records).toEqual([a, { eventName: 'ü€' }]);
  });

  it('goes on behind a line that is not JSON, and names it', async () => {
    const path = file('x.ndjson', `${JSON.stringify(a)}\n{"eventName":\n${JSON.stringify(b)}\n`);
    const { records, lines, problems } = await read([path]);
    expect([records, lines]).toEqual([
      [a, b],
      [1, 3],
    ]);
    expect(problems).toEqual([{ file: path, line: 2, message: 'this line is not JSON. It is passed over.' }]);
  });

  it('goes on behind a file that is broken', async () => {
    const broken = file('a.json.gz', gzipSync(JSON.stringify(two)).subarray(0, 30));
    const nonsense = file('b.json', 'hello\nworld');
    const { records, problems } = await read([broken, nonsense, file('c.json', JSON.stringify(a))]);
    expect(records).toEqual([a]);
    expect(problems.map((problem) => problem.file)).toEqual([broken, nonsense]);
    expect(problems[1]?.message).toBe('neither JSON nor NDJSON.');
  });

  it('takes an empty file for no records', async () => {
    expect(await read([file('x.json', '')])).toMatchObject({ records: [], problems: [] });
  });

  it('refuses a path that is not there', async () => {
    await expect(read([join(folder, 'nosuch')])).rejects.toMatchObject({ fault: 'config' });
  });
});
