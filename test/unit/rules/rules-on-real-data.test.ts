import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readRecords } from '../../../src/adapters/files/records-reader.ts';
import { loadRules } from '../../../src/adapters/files/rule-folder.ts';
import { createMemoryWindows } from '../../../src/adapters/memory/windows.ts';
import type { CloudTrailRecord } from '../../../src/domain/event.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import { createCorrelate } from '../../../src/pipeline/correlate/correlate.ts';
import { toEvent } from '../../../src/pipeline/decode/decode.ts';
import { createDetect } from '../../../src/pipeline/detect/detect.ts';
import { createEnrich } from '../../../src/pipeline/enrich/enrich.ts';
import { aCompany } from '../../helpers/a-company.ts';

const data = join(import.meta.dirname, '../../../../shared/data/cloudtrail');
const company = aCompany();
/** After everything in the data, so that nothing is in the future; and nothing is late. */
const deliveredAt = Date.parse('2027-01-01T00:00:00Z');
const latenessMs = 40 * 365 * 86_400_000;

async function findingsOf(file: string): Promise<{ events: number; findings: readonly Finding[] }> {
  const { ruleSet } = await loadRules(['rules']);
  const enrich = createEnrich(company);
  const records: CloudTrailRecord[] = [];
  const onProblem = (problem: unknown) => expect(problem).toBeUndefined();
  for await (const { record } of readRecords([join(data, file)], { onProblem }))
    records.push(record as CloudTrailRecord);
  const events = records.map((record, index) => enrich(toEvent(record, { id: file, deliveredAt }, index)));
  const { matches, findings } = createDetect(ruleSet, company)(events);
  const correlate = createCorrelate(ruleSet, createMemoryWindows(), { latenessMs });
  const correlated = await correlate(matches, deliveredAt);
  return { events: events.length, findings: [...findings, ...correlated.findings] };
}

describe.skipIf(!existsSync(data))('rules on recorded attacks', () => {
  let findings: readonly Finding[] = [];
  beforeAll(async () => {
    findings = (await findingsOf('stratus.cloudtrail.ndjson')).findings;
  });

  it.each([
    ['CloudTrail Stopped, Deleted or Narrowed', ['DeleteTrail', 'PutEventSelectors', 'StopLogging']],
    ['Security Group Opened to the World', ['AuthorizeSecurityGroupIngress']],
    ['Many Denied Reads by One Principal', ['DescribeInstanceAttribute', 'GetPasswordData']],
  ])('"%s" fires on %s', (title, names) => {
    const fired = findings.filter((finding) => finding.rule.title === title);
    expect([...new Set(fired.map((finding) => finding.evidence[0]?.eventName))].sort()).toEqual(names);
  });

  it('names actor, source address and account of each', () => {
    expect(findings.length).toBeGreaterThanOrEqual(6);
    for (const { evidence } of findings) {
      const types = evidence.flatMap((one) => one.observables).map(({ type, tags }) => `${type} ${tags}`);
      expect(types).toContain('aws-principal actor');
      expect(types).toContain('ip source');
      expect(types.some((type) => type.startsWith('aws-account account'))).toBe(true);
    }
  });
});

describe.skipIf(!existsSync(data))('rules on everyday work', () => {
  it.each([
    ['boogy.cloudtrail.ndjson', 1685],
    ['background.ndjson.gz', 55_262],
  ])(
    'are silent on %s',
    async (file, count) => {
      const { events, findings } = await findingsOf(file);
      expect(events).toBe(count);
      expect(findings.map((finding) => finding.rule.title)).toEqual([]);
    },
    120_000,
  );
});
