/**
 * The service in a process of its own, to be killed in the middle: reads
 * `ServiceSettings` as JSON from TRAILHIVE_E2E, starts ingest and worker, says `ready`.
 */
import { loadKnowledge } from '../../src/app/knowledge.ts';
import { openObservation } from '../../src/app/observation.ts';
import { parseConfig } from '../../src/config/load.ts';
import { startRoles } from '../../src/entry/worker/serve.ts';
import type { ServiceSettings } from '../helpers/a-stack.ts';

const settings = JSON.parse(process.env['TRAILHIVE_E2E'] ?? '{}') as ServiceSettings;
const { theHiveKey, webhookSecret } = settings;
const config = parseConfig(settings.config, 'trailhive.yml');
const secrets = { theHiveKey, theHiveAdminKey: undefined, webhookSecret, playbookSecrets: new Map() };
const knowledge = await loadKnowledge(config, { skipInvalid: false, secrets: new Set() });
await startRoles({ ...openObservation('silent'), config, secrets, knowledge, now: Date.now }, [
  'ingest',
  'worker',
]);
process.stdout.write('ready\n');
