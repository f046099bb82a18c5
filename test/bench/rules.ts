import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { parseSigma as ParseSigma } from '../../src/language/sigma/parse-sigma.ts';
import type { createRuleSet as CreateRuleSet, RuleSet } from '../../src/language/sigma/rule-set.ts';
import type { ParsedSigma } from '../../src/language/sigma/sigma-rule.ts';
import { built } from './built.ts';
import { sigmaHq } from './data.ts';

const { parseSigma } = await built<{ parseSigma: typeof ParseSigma }>('language/sigma/parse-sigma.js');
const { createRuleSet } = await built<{ createRuleSet: typeof CreateRuleSet }>('language/sigma/rule-set.js');

/** Matches nearly every record, and so rules out all that could be left out. */
const MATCHES_MOST = 'aws_sts_assumerole_misuse.yml';

export function sigmaHqRules({ withAssumeRole }: { readonly withAssumeRole: boolean }): ParsedSigma[] {
  return readdirSync(sigmaHq)
    .filter((name) => name.endsWith('.yml') && (withAssumeRole || name !== MATCHES_MOST))
    .sort()
    .map((name) => parseSigma(readFileSync(join(sigmaHq, name), 'utf8'), name));
}

const SOURCES = ['iam', 's3', 'ec2', 'sts', 'lambda', 'kms', 'rds', 'ssm', 'cloudtrail', 'organizations'];
const VERBS = ['Create', 'Delete', 'Describe', 'Get', 'List', 'Put', 'Update', 'Attach'];
const NOUNS = [
  'User',
  'Role',
  'Bucket',
  'Instances',
  'CallerIdentity',
  'Function',
  'Key',
  'Parameter',
  'Policy',
];

/** Rules as people generate them for each call: `exists` on the error, `contains` on agent and parameters. */
export function generatedRules(count: number): ParsedSigma[] {
  return Array.from({ length: count }, (_, at) => {
    const eventName = `${VERBS[at % VERBS.length]}${NOUNS[at % NOUNS.length]}${at < 72 ? '' : Math.floor(at / 72)}`;
    const detection = {
      selection: {
        eventSource: `${SOURCES[at % SOURCES.length]}.amazonaws.com`,
        eventName,
        'userAgent|contains': [`tool-${at}`, 'aws-cli'],
      },
      parameters: { 'requestParameters|contains': `value-${at % 50}` },
      error: { 'errorCode|exists': true },
      condition: at % 2 === 0 ? 'selection and not error' : 'selection and parameters and error',
    };
    const rule = {
      title: `Generated ${at}`,
      id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
      logsource: { product: 'aws', service: 'cloudtrail' },
      detection,
    };
    return parseSigma(JSON.stringify(rule), `generated-${at}.yml`);
  });
}

export function ruleSetOf(parsed: readonly ParsedSigma[]): RuleSet {
  const { ruleSet, problems } = createRuleSet(parsed);
  const all = [...parsed.flatMap((one) => one.problems), ...problems];
  if (all.length > 0) throw new Error(JSON.stringify(all));
  return ruleSet;
}
