import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MatchFilesOptions, matchFiles } from '../../../src/app/match-files.ts';
import type { Problem } from '../../../src/domain/problem.ts';

let folder = '';
const FILES = 12;
const RECORDS = 3000;

const RULES = `title: Stopped
id: stopped
logsource: { product: aws, service: cloudtrail }
detection: { s: { eventName: StopLogging }, condition: s }
---
title: By root
id: root
logsource: { product: aws, service: cloudtrail }
detection: { s: { actor.kind: root, eventName: [StopLogging, GetObject3] }, condition: s }
---
title: Opened
id: opened
logsource: { product: aws, service: cloudtrail }
detection: { s: { eventName: AuthorizeSecurityGroupIngress }, condition: s }
---
title: Opened often
id: often
correlation: { type: event_count, rules: [opened], group-by: [userIdentity.arn], timespan: 1h, condition: { gte: 20 } }
`;

/** Noise, so that gzip does not make the files too small to be worth threads. */
function noise(seed: number): string {
  let text = '';
  for (let at = 0, state = seed + 1; at < 12; at += 1) {
    state = (state * 48_271) % 2_147_483_647;
    text += state.toString(36);
  }
  return text;
}

function aRecord(file: number, index: number): object {
  const names = ['StopLogging', 'AuthorizeSecurityGroupIngress'];
  const isRoot = index % 7 === 0;
  return {
    eventVersion: '1.08',
    userIdentity: isRoot
      ? { type: 'Root', accountId: '111122223333', arn: 'arn:aws:iam::111122223333:root' }
      : { type: 'IAMUser', accountId: '111122223333', arn: `arn:aws:iam::111122223333:user/${index % 5}` },
    eventTime: new Date(Date.UTC(2026, 0, 1, file, 0, index % 3600)).toISOString().replace('.000', ''),
    eventSource: 'x.amazonaws.com',
    eventName: index % 100 === 0 ? names[(index / 100) % 2] : `GetObject${index % 50}`,
    requestID: noise(file * RECORDS + index),
    eventID: `${file}-${index}`,
    recipientAccountId: '111122223333',
  };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhive-match-'));
  writeFileSync(join(folder, 'rules.yml'), RULES);
  for (let file = 0; file < FILES; file += 1) {
    const Records = Array.from({ length: RECORDS }, (_, index) => aRecord(file, index));
    const text =
      file % 3 === 0 ? Records.map((one) => JSON.stringify(one)).join('\n') : JSON.stringify({ Records });
    const name = `log-${String(file).padStart(2, '0')}.json`;
    if (file % 2 === 0) writeFileSync(join(folder, `${name}.gz`), gzipSync(text, { level: 1 }));
    else writeFileSync(join(folder, name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(options: Partial<MatchFilesOptions> = {}) {
  const lines: string[] = [];
  const problems: Problem[] = [];
  let progress = { records: 0, bytes: 0, totalBytes: 0 };
  let counted = 0;
  await matchFiles({
    rules: [join(folder, 'rules.yml')],
    files: [folder],
    stdin: (async function* () {})(),
    skipInvalid: false,
    now: Date.UTC(2026, 1, 1),
    onMatches: (text, count) => {
      lines.push(...text.split('\n'));
      counted += count;
    },
    onProblem: (problem) => problems.push(problem),
    onNote: () => undefined,
    onProgress: (now) => {
      progress = { ...now };
    },
    ...options,
  });
  return { lines, problems, progress, counted };
}

describe('matchFiles', () => {
  it('finds the same in the same order with threads, without, and with every record parsed', async () => {
    const threads = await run({ threads: 2 });
    const alone = await run({ threads: 1 });
    const parsed = await run({ threads: 1, gate: false });
    expect(alone.lines).toEqual(parsed.lines);
    // Correlations speak up when enough has come together, so only their place may differ.
    const plain = (lines: readonly string[]) => lines.filter((line) => !line.includes('"often"'));
    expect(plain(threads.lines)).toEqual(plain(alone.lines));
    expect([...threads.lines].sort()).toEqual([...alone.lines].sort());
    expect(threads.progress).toMatchObject({ records: FILES * RECORDS });
    expect(threads.counted).toBe(threads.lines.length);
  });

  it('is the same again', async () => {
    expect((await run({ threads: 2 })).lines).toEqual((await run({ threads: 2 })).lines);
  });

  it('finds what there is', async () => {
    const { lines, problems, progress } = await run({ threads: 2 });
    const of = (rule: string) => lines.filter((line) => line.startsWith(`{"ruleId":"${rule}"`));
    expect(of('stopped')).toHaveLength(FILES * 15);
    expect(of('stopped')[0]).toBe('{"ruleId":"stopped","eventId":"0-0","eventTime":"2026-01-01T00:00:00Z"}');
    // A fact of enriching, not of the record: root, and one of two names.
    const isRootsOwn = (index: number) =>
      index % 7 === 0 && (index % 200 === 0 || (index % 50 === 3 && index % 100 !== 0));
    const expected = Array.from({ length: RECORDS }, (_, index) => index).filter(isRootsOwn).length;
    expect(of('root')).toHaveLength(FILES * expected);
    // The rule alone does not alert, and of its count only what the windows hold fires.
    expect(of('opened')).toEqual([]);
    expect(problems).toEqual([]);
    expect(progress.bytes).toBe(progress.totalBytes);
  });

  it('counts over the files, whichever thread read them', async () => {
    const seldom = { rules: [join(folder, 'seldom.yml')] };
    const text = RULES.replace('gte: 20', 'gte: 2').replace('timespan: 1h', 'timespan: 12h');
    writeFileSync(
      join(folder, 'seldom.yml'),
      text.replace('group-by: [userIdentity.arn]', 'group-by: [eventSource]'),
    );
    const threads = await run({ ...seldom, threads: 2 });
    const alone = await run({ ...seldom, threads: 1, gate: false });
    rmSync(join(folder, 'seldom.yml'));
    const often = (lines: readonly string[]) => lines.filter((line) => line.includes('"often"')).sort();
    // All but the very first, which nothing precedes.
    expect(often(threads.lines)).toHaveLength(FILES * 15 - 1);
    expect(often(threads.lines)).toEqual(often(alone.lines));
  });
});
