import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CloudTrailRecord } from '../../../../src/domain/event.ts';
import type { CompiledRule } from '../../../../src/language/sigma/rule-set.ts';
import { aRuleSet, loadTexts } from '../../../helpers/a-rule-set.ts';

const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const FOLDERS = {
  rules: 'sigmahq/rules/cloud/aws/cloudtrail/',
  placeholder: 'sigmahq/rules-placeholder/cloud/aws/cloudtrail/',
  unsupported: 'sigmahq/unsupported/cloud/',
};

const page = readFileSync('docs/sigma-support.md', 'utf8');
const rows = [
  ...page.matchAll(/^\| `(\w+)` \| (works|partly|dead|needs context|refused) \| (.*) ?\|$/gm),
].map(([, name, verdict, why]) => ({
  name: String(name),
  verdict: String(verdict),
  why: String(why).trim(),
}));

/** For the rules that no recorded event matches: what they are meant for. */
const EVENTS: Readonly<Record<string, CloudTrailRecord>> = {
  aws_cloudtrail_bedrock_guardrail_deleted: {
    eventSource: 'bedrock.amazonaws.com',
    eventName: 'DeleteGuardrail',
  },
  aws_cloudtrail_bedrock_guardrail_updated: {
    eventSource: 'bedrock.amazonaws.com',
    eventName: 'UpdateGuardrail',
  },
  aws_cloudtrail_console_login_failed_authentication: {
    eventName: 'ConsoleLogin',
    errorMessage: 'Failed authentication',
  },
  aws_cloudtrail_imds_malicious_usage: {
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    sourceIPAddress: '203.0.113.7',
    userIdentity: { arn: 'arn:aws:sts::111122223333:assumed-role/aws:ec2-instance/i-0abc' },
  },
  aws_cloudtrail_pua_trufflehog: { eventName: 'GetCallerIdentity', userAgent: 'TruffleHog' },
  aws_cloudtrail_region_enabled: { eventSource: 'account.amazonaws.com', eventName: 'EnableRegion' },
  aws_ec2_vm_export_failure: {
    eventSource: 'ec2.amazonaws.com',
    eventName: 'CreateInstanceExportTask',
    responseElements: { exportTask: { state: 'active' } },
  },
  aws_ecs_task_definition_cred_endpoint_query: {
    eventSource: 'ecs.amazonaws.com',
    eventName: 'RegisterTaskDefinition',
    requestParameters: {
      containerDefinitions: [
        { command: ['sh', '-c', 'curl 169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] },
      ],
    },
  },
  aws_iam_s3browser_templated_s3_bucket_policy_creation: {
    eventSource: 'iam.amazonaws.com',
    eventName: 'PutUserPolicy',
    userAgent: '[S3 Browser/11.6.7 (https://s3browser.com)]',
    requestParameters: {
      userName: 'bob',
      policyDocument: JSON.stringify({
        Statement: [
          { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::<YOUR-BUCKET-NAME>/*'] },
        ],
      }),
    },
  },
  aws_kms_import_key_material: { eventSource: 'kms.amazonaws.com', eventName: 'ImportKeyMaterial' },
  aws_sts_getcalleridentity_trufflehog: {
    eventSource: 'sts.amazonaws.com',
    eventName: 'GetCallerIdentity',
    userAgent: 'TruffleHog/3',
  },
};

function textOf(folder: string, name: string): string {
  return readFileSync(`${data}${folder}${name}.yml`, 'utf8');
}

function recordsOf(names: (name: string) => boolean): readonly CloudTrailRecord[] {
  const files = readdirSync(`${data}cloudtrail`).filter(
    (name) => name.endsWith('.cloudtrail.ndjson') && names(name),
  );
  const lines = files.flatMap((name) => readFileSync(`${data}cloudtrail/${name}`, 'utf8').split('\n'));
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as CloudTrailRecord);
}

const isAtHand = existsSync(data + FOLDERS.rules);

describe.skipIf(!isAtHand)('the table of SigmaHQ rules (needs the shared data beside the repository)', () => {
  const names = isAtHand
    ? Object.values(FOLDERS).flatMap((folder) =>
        readdirSync(data + folder).flatMap((file) => (file.endsWith('.yml') ? file.slice(0, -4) : [])),
      )
    : [];
  const rulesOf = (verdicts: readonly string[]) => rows.filter(({ verdict }) => verdicts.includes(verdict));
  const compiled = (name: string): CompiledRule => {
    const [rule] = aRuleSet([textOf(FOLDERS.rules, name)]).detections;
    if (rule === undefined) throw new Error(name);
    return rule;
  };

  it('has a row for each of 57, 1 and 8 rules', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(rows).toHaveLength(57 + 1 + 8);
  });

  it('gives a reason wherever a rule does not simply work', () => {
    expect(rows.filter(({ verdict, why }) => verdict !== 'works' && why.length < 20)).toEqual([]);
  });

  it('is right that these match what they are meant for', () => {
    const records = recordsOf(() => true);
    const silent = rulesOf(['works', 'partly']).filter(({ name }) => {
      const rule = compiled(name);
      const own = EVENTS[name];
      return ![...(own === undefined ? [] : [own]), ...records].some((record) => rule.matches({ record }));
    });
    expect(silent).toEqual([]);
  });

  it('is right that the dead match nothing but events that were written for the rule', () => {
    const records = recordsOf((name) => !name.startsWith('trailalerts'));
    const alive = rulesOf(['dead']).filter(({ name }) => {
      const rule = compiled(name);
      return records.some((record) => rule.matches({ record }));
    });
    expect(rulesOf(['dead'])).toHaveLength(3);
    expect(alive).toEqual([]);
  });

  it('is right that the others are refused with a remedy', () => {
    for (const { name } of rulesOf(['refused'])) {
      const { problems } = loadTexts([textOf(FOLDERS.unsupported, name)]);
      expect(problems.map(({ message }) => message).join(), name).toContain('Write a correlation document');
    }
    for (const { name } of rulesOf(['needs context'])) {
      const { problems } = loadTexts([textOf(FOLDERS.placeholder, name)]);
      expect(problems.map(({ message }) => message).join(), name).toContain(
        'Give it values in the context files',
      );
    }
  });
});
