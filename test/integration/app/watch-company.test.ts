import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMetrics } from '../../../src/adapters/prometheus/metrics.ts';
import { type Knowledge, loadKnowledge } from '../../../src/app/knowledge.ts';
import { watchCompany } from '../../../src/app/watch-company.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { type ManagementEmulator, startManagement } from '../../emulators/aws/management.ts';
import { aLog } from '../../helpers/a-log.ts';
import { eventually } from '../../helpers/a-stack.ts';

let aws: ManagementEmulator;
let folder: string;
beforeEach(async () => {
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
  folder = mkdtempSync(join(tmpdir(), 'trailhive-watch-'));
  const admin = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  aws = await startManagement({ users: [{ name: 'alice', inline: [admin] }] });
});
afterEach(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function watch() {
  const config = parseConfig(
    JSON.stringify({
      thehive: { url: 'http://127.0.0.1:1' },
      aws: { endpoint: aws.endpoint },
      context: { iam: join(folder, 'iam'), iamRefreshHours: 1 },
    }),
    join(folder, 'trailhive.yml'),
  );
  const knowledge = await loadKnowledge(config, { skipInvalid: false, secrets: new Set() });
  const metrics = createMetrics();
  const used: Knowledge[] = [];
  const watching = watchCompany({ config, knowledge, metrics, log: aLog() }, (next) => used.push(next));
  return { watching, used, metrics, knowledge };
}

describe('iamRefreshHours', () => {
  const ALICE = 'arn:aws:iam::111122223333:user/alice';

  it('asks AWS at the start, writes the snapshot and puts it to work', async () => {
    const { watching, used, knowledge } = await watch();
    await eventually('a snapshot', () => used.length > 0);
    watching.stop();
    expect(knowledge.company.reach(ALICE)).toBeUndefined();
    expect(used[0]?.company.reach(ALICE)?.level).toBe('admin');
    expect(existsSync(join(folder, 'iam/111122223333.json'))).toBe(true);
    expect(used[0]?.ruleSet).toBe(knowledge.ruleSet);
  });

  it('goes on with what is there where AWS refuses, and counts it', async () => {
    aws.refuse('AccessDenied');
    const { watching, used, metrics } = await watch();
    await eventually('a failure', async () =>
      (await metrics.render()).includes('trailhive_iam_refresh_failures_total 1'),
    );
    watching.stop();
    expect(used).toEqual([]);
  });
});
