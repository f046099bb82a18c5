import { describe, expect, it } from 'vitest';
import { parseSigma } from '../../../../src/language/sigma/parse-sigma.ts';

const HEAD = `title: t
id: 6a1c7b52-3e38-4a4f-9a3a-1c2d3e4f5a6b
name: base
level: low
x-alert-type: x.y
logsource: { product: aws, service: cloudtrail }
detection:
  s: { eventName: RunInstances }
  condition: s
`;
const CORRELATION = `---
title: c
id: 0b6a2f3e-7c1d-4e5f-8a9b-0c1d2e3f4a5b
level: low
x-alert-type: x.y
correlation:
  type: event_count
  rules: [base]
  timespan: 1h
  condition: { gte: 2 }
`;
const problemsOf = (text: string) =>
  parseSigma(text, 'x.yml').problems.map(({ line, message }) => [line, message]);

const words = (field: string) =>
  `"${field}" can change while trailhive runs, and groups must not. Match on it, and group by what the record itself says.`;

describe('what context/ says', () => {
  it.each(['company.asset', 'company.actorTeam', 'account.environment', 'place.country'])(
    '%s names no group of a rule',
    (field) => {
      expect(problemsOf(`${HEAD}x-group-by:\n  - actor.principal\n  - ${field}\n`)).toEqual([
        [12, words(field)],
      ]);
    },
  );

  it.each([
    'actor.principal',
    'account.id',
    'source.network',
    'target.resources',
    'derived.imageId',
    'account',
  ])('%s may name one', (field) => {
    expect(problemsOf(`${HEAD}x-group-by: [${field}]\n`)).toEqual([]);
  });

  it('names no group of a correlation, nor an alias of one', () => {
    expect(problemsOf(`${HEAD}${CORRELATION}  group-by: [company.actorOwner]\n`)).toEqual([
      [20, words('company.actorOwner')],
    ]);
    const aliased = `${CORRELATION}  group-by: [who]\n  aliases:\n    who:\n      base: company.actorOwner\n`;
    expect(problemsOf(`${HEAD}${aliased}`)).toEqual([[23, words('company.actorOwner')]]);
  });

  it('names no group and no value of a baseline, and no group of a heartbeat', () => {
    expect(problemsOf(`${HEAD}x-baseline: { value: company.network }\n`)).toEqual([
      [10, words('company.network')],
    ]);
    expect(problemsOf(`${HEAD}x-baseline: { group: [account.owner], value: awsRegion }\n`)).toEqual([
      [10, words('account.owner')],
    ]);
    expect(problemsOf(`${HEAD}x-heartbeat: { group: [account.name], every: 1h }\n`)).toEqual([
      [10, words('account.name')],
    ]);
  });
});
