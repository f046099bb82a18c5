import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CloudTrailRecord } from '../../../../src/domain/event.ts';
import { fold } from '../../../../src/language/sigma/fold.ts';
import { aRuleSet, loadTexts } from '../../../helpers/a-rule-set.ts';

const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const cloudtrailRules = 'sigmahq/rules/cloud/aws/cloudtrail/';

function textsOf(folder: string): readonly string[] {
  const names = readdirSync(data + folder).filter((name) => name.endsWith('.yml'));
  return names.sort().map((name) => readFileSync(data + folder + name, 'utf8'));
}

function linesOf<T>(file: string): readonly T[] {
  const lines = readFileSync(`${data}cloudtrail/${file}`, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

interface Labelled {
  readonly case_id: string;
  readonly rule_id: string;
  readonly expected: boolean;
  readonly event: CloudTrailRecord;
}

/** Cases that the rule as SigmaHQ publishes it decides otherwise than TrailAlerts' own version of it. */
const DECIDED_BY_THE_RULE = [
  // Filters 'Jersey/${project.version}' literally; the case has 'Jersey/2.25.1'.
  'trailalerts:aws_console_getsignintoken:should_not_match0',
  // Wants a top-level 'status: success', which CloudTrail does not write.
  'trailalerts:aws_delete_saml_provider:should_match0',
  // Filters assumed roles; the case is one.
  'trailalerts:aws_enum_buckets:should_match0',
  // Compares with the text 'responseElements.accessKey.userName', not with the field.
  'trailalerts:aws_iam_backdoor_users_keys:should_not_match0',
  // Compares an ARN with a bare user name.
  'trailalerts:aws_update_login_profile:should_not_match0',
];

describe.skipIf(!existsSync(data + cloudtrailRules))(
  'SigmaHQ (needs the shared data beside the repository)',
  () => {
    const ruleSet = () => aRuleSet(textsOf(cloudtrailRules));

    it('loads all 57 CloudTrail rules', () => {
      expect(ruleSet().detections).toHaveLength(57);
      expect(ruleSet().detections.filter((rule) => rule.eventNames === undefined)).toHaveLength(5);
    });

    it('agrees with the labelled cases, apart from those that the rule itself decides', () => {
      const rules = new Map(ruleSet().detections.map((rule) => [rule.info.id, rule]));
      const cases = linesOf<Labelled>('trailalerts.labels.jsonl').filter((one) => rules.has(one.rule_id));
      const disagreeing = cases.filter(
        (one) => rules.get(one.rule_id)?.matches({ record: one.event }) !== one.expected,
      );
      expect(cases).toHaveLength(85);
      expect(disagreeing.map((one) => one.case_id)).toEqual(DECIDED_BY_THE_RULE);
      const page = readFileSync('docs/sigma-support.md', 'utf8');
      for (const id of DECIDED_BY_THE_RULE)
        expect(page).toContain(`| \`${id.replace('trailalerts:', '')}\` |`);
    });

    it('matches the Stratus events, and none outside of its event names', () => {
      const { detections } = ruleSet();
      const hits = new Map<string, number>();
      for (const record of linesOf<CloudTrailRecord>('stratus.cloudtrail.ndjson')) {
        for (const rule of detections.filter((one) => one.matches({ record }))) {
          hits.set(rule.info.title, (hits.get(rule.info.title) ?? 0) + 1);
          expect(rule.eventNames ?? [fold(String(record['eventName']))]).toContain(
            fold(String(record['eventName'])),
          );
        }
      }
      expect(hits.size).toBe(10);
      expect(hits.get('AWS STS AssumeRole Misuse')).toBe(68);
      expect(hits.get('AWS CloudTrail Important Change')).toBe(2);
      expect(hits.get('Ingress/Egress Security Group Modification')).toBe(1);
    });

    it('loads the placeholder rule with values and refuses it without', () => {
      const texts = textsOf('sigmahq/rules-placeholder/cloud/aws/cloudtrail/');
      expect(loadTexts(texts).problems).toHaveLength(2);
      const placeholders = new Map([
        ['Legitimate_Countries', ['SE']],
        ['Legitimate_IP_Ranges', ['203.0.113.0/24']],
      ]);
      const [rule] = aRuleSet(texts, placeholders).detections;
      const login = {
        eventName: 'ConsoleLogin',
        responseElements: { ConsoleLogin: 'Success' },
        src_country: 'XX',
      };
      expect(rule?.matches({ record: { ...login, src_ip: '203.0.113.9' } })).toBe(false);
      expect(rule?.matches({ record: { ...login, src_ip: '198.51.100.9' } })).toBe(true);
    });

    it('refuses the unsupported rules with a remedy', () => {
      const texts = textsOf('sigmahq/unsupported/cloud/');
      const { ruleSet: none, problems } = loadTexts(texts);
      expect(texts).toHaveLength(8);
      expect(none.detections).toEqual([]);
      expect(problems.every(({ message }) => message.includes('Write a correlation document'))).toBe(true);
    });
  },
);
