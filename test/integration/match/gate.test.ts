import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { matchFiles } from '../../../src/app/match-files.ts';
import { tellStory } from '../../../src/entry/cli/demo/story.ts';

type Data = Readonly<Record<string, unknown>>;

const root = resolve(import.meta.dirname, '../../..');
const shared = resolve(root, '../shared/data');
const folder = mkdtempSync(join(tmpdir(), 'trailhive-gate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every match, as text, with or without the gate. */
async function matchesOf(rules: readonly string[], file: string, gate: boolean): Promise<readonly string[]> {
  const lines: string[] = [];
  await matchFiles({
    rules,
    files: [file],
    stdin: (async function* () {})(),
    skipInvalid: false,
    now: Date.parse('2027-01-01T00:00:00Z'),
    onMatches: (text) => lines.push(...text.split('\n')),
    onProblem: () => {},
    onNote: () => {},
    onProgress: () => {},
    threads: 1,
    gate,
  });
  return lines.sort();
}

const compact = (records: readonly Data[]) => JSON.stringify({ Records: records });
/** The ways in which the same records may be written; the gate looks at bytes and must see through all of them. */
const LAYOUTS: Readonly<Record<string, (records: readonly Data[]) => string | Buffer>> = {
  compact,
  'gzip of compact': (records) => gzipSync(compact(records)),
  'pretty-printed': (records) => JSON.stringify({ Records: records }, null, 2),
  'one record a line': (records) => records.map((record) => JSON.stringify(record)).join('\n'),
  'blanks after colons': (records) => compact(records).replaceAll('":"', '": "').replaceAll('":{', '" : {'),
  'an escaped key': (records) => compact(records).replaceAll('"eventName"', '"\\u0065ventName"'),
  'an escaped value': (records) =>
    compact(records).replaceAll('"StopLogging"', '"\\u0053topLogging"').replaceAll('"Root"', '"R\\u006fot"'),
  'keys in another order': (records) =>
    compact(records.map((record) => Object.fromEntries(Object.entries(record).reverse()))),
  'nested names of events': (records) =>
    compact(
      records.flatMap((record) => [
        { ...record, requestParameters: { eventName: 'StopLogging', inner: [{ eventName: 'DeleteTrail' }] } },
        { extra: { eventName: 'Nothing', text: '"eventName":"StopLogging"' }, ...record },
      ]),
    ),
  'more than ASCII': (records) =>
    compact(records.map((record) => ({ ...record, userAgent: 'Ünïcode 🐝 ſ K' }))),
  'other records between': (records) =>
    compact(
      records.flatMap((record) => [{ eventName: 'Ünnötig', eventSource: 'x', eventID: 'n' }, record, {}]),
    ),
};

const story = tellStory(Date.parse('2026-11-22T10:00:00Z')).objects.flatMap(({ records }) => [...records]);

const stored = ['stratus', 'trailalerts', 'traildiscover', 'streamalert', 'otrf', 'custodian'];
const sigmaHq = join(shared, 'sigmahq/rules/cloud/aws');

function recordsOf(name: string): Data[] {
  const text = readFileSync(join(shared, `cloudtrail/${name}.cloudtrail.ndjson`), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Data);
}

/** Many of our rules ask for the context and leave the gate little to do: three ways of writing show that. */
const WITH_OWN_RULES = new Set(['compact', 'one record a line', 'an escaped key']);

describe('the gate over raw bytes finds what parsing every record finds', () => {
  it.each(Object.entries(LAYOUTS))(
    'in the story, written as %s',
    async (name, write) => {
      const file = join(folder, `${name.replaceAll(' ', '-')}.json`);
      writeFileSync(file, write(story));
      const rules = [join(root, 'rules')];
      const parsed = await matchesOf(rules, file, false);
      expect(parsed.length).toBeGreaterThan(5);
      expect(await matchesOf(rules, file, true)).toEqual(parsed);
    },
    120_000,
  );

  // Without the shared data there is nothing real to compare on.
  it.skipIf(!existsSync(sigmaHq)).each(Object.entries(LAYOUTS))(
    'in real records under the rules of SigmaHQ, written as %s',
    async (name, write) => {
      const file = join(folder, `real-${name.replaceAll(' ', '-')}.json`);
      writeFileSync(file, write(stored.flatMap(recordsOf)));
      for (const rules of [
        [sigmaHq],
        ...(WITH_OWN_RULES.has(name) ? [[join(root, 'rules')]] : []),
        [join(sigmaHq, 'cloudtrail/aws_cloudtrail_disable_logging.yml')],
      ]) {
        const parsed = await matchesOf(rules, file, false);
        expect(parsed.length).toBeGreaterThan(0);
        expect(await matchesOf(rules, file, true)).toEqual(parsed);
      }
    },
    240_000,
  );
});
