import { relative } from 'node:path';
import { expect, it } from 'vitest';
import { loadRules } from '../../../src/adapters/files/rule-folder.ts';
import type { RuleInfo } from '../../../src/domain/finding.ts';

const { ruleSet } = await loadRules(['rules']);

interface Row {
  readonly info: RuleInfo;
  readonly groupBy: readonly string[];
  readonly how: string;
}

const rows: readonly Row[] = [
  ...ruleSet.detections
    .filter(({ alerts }) => alerts)
    .map(({ info }) => ({ info, groupBy: info.groupBy, how: 'each call' })),
  ...ruleSet.correlations
    .filter(({ alerts }) => alerts)
    .map(({ info, type, spanMs, acrossAccounts }) => ({
      info,
      groupBy: info.groupBy,
      how: `${type} in ${spanOf(spanMs)}${acrossAccounts ? ', all accounts together' : ''}`,
    })),
  ...(ruleSet.baselines ?? []).map(({ info, terms }) => ({
    info,
    groupBy: terms.group,
    how: `first time in ${spanOf(terms.memoryMs)}`,
  })),
  ...(ruleSet.heartbeats ?? []).map(({ info, terms }) => ({ info, groupBy: terms.group, how: 'silence' })),
];

function spanOf(ms: number): string {
  const [unit, size] = (
    [
      ['d', 86_400_000],
      ['h', 3_600_000],
      ['m', 60_000],
      ['s', 1000],
    ] as const
  ).find(([, each]) => ms % each === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

const techniquesOf = ({ tags }: RuleInfo): string =>
  tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/.exec(tag)?.[1]?.toUpperCase() ?? []).join(', ');

/** The page as it must be: all rules that alert, by severity and title, below the tactic of their folder. */
function page(places: ReadonlyMap<string, string>): string {
  const tactics = [...new Set(rows.map(({ info }) => places.get(info.id) ?? ''))].sort();
  const rank = ['critical', 'high', 'medium', 'low', 'informational'];
  const tables = tactics.map((tactic) => {
    const own = rows
      .filter(({ info }) => places.get(info.id) === tactic)
      .sort(
        (a, b) =>
          rank.indexOf(a.info.level) - rank.indexOf(b.info.level) || (a.info.title < b.info.title ? -1 : 1),
      );
    const lines = own.map(
      ({ info, groupBy, how }) =>
        `| ${info.title} | ${techniquesOf(info)} | ${info.level} | \`${info.alertType}\` | ${how} | ${groupBy.map((name) => `\`${name}\``).join(', ')} |`,
    );
    return [
      `## ${tactic}`,
      '',
      '| Rule | ATT&CK | Severity | Alert type | Fires on | Group |',
      '| --- | --- | --- | --- | --- | --- |',
      ...lines,
    ].join('\n');
  });
  const head = [
    '# The rules that are shipped',
    '',
    'Each rule has a description, false positives and a runbook in its file below `rules/`, and a test beside it. Rules that only',
    'feed others are left out. The account is part of each group, unless all accounts are taken together.',
    '',
    'A test makes this page and compares; `npx vitest run test/unit/rules/rules-page.test.ts -u` writes it.',
  ].join('\n');
  return `${[head, ...tables].join('\n\n')}\n`;
}

it('docs/rules.md lists every rule that alerts', async () => {
  const { parsed } = await loadRules(['rules']);
  const places = new Map(
    parsed
      .flatMap((file) => [...file.rules, ...file.correlations])
      .map(({ id, place }) => [id, relative('rules', place.file).split('/')[0] ?? '']),
  );
  expect(rows.length).toBeGreaterThan(30);
  await expect(page(places)).toMatchFileSnapshot('../../../docs/rules.md');
});
