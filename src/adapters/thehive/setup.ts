import { faultOf, messageOf, TrailhiveError } from '../../domain/errors.ts';
import { type Answer, reasonOf, saysAlreadyExists } from './answer.ts';
import { tasksOf } from './case-document.ts';
import type { CaseTemplate } from './case-template.ts';
import { pathOf, type TheHiveClient } from './client.ts';
import { AWS_OBSERVABLE_TYPES } from './observable-type.ts';
import { OWN_FIELDS } from './own-fields.ts';
import { namesIn } from './server-facts.ts';
import { tagsOf } from './tag.ts';

export interface SetupResult {
  readonly what: string;
  readonly outcome: 'created' | 'present' | 'refused';
  readonly remedy?: string;
}

/**
 * Makes what trailhive likes to find in TheHive: custom fields and observable
 * types (by a key of the admin organisation; without one they count as refused)
 * and case templates (by a key of the working organisation). What is there stays
 * as it is, so it may run again at any time. Nothing of it is needed for an
 * alert to arrive: what is missing degrades to tags, `other` and own tasks.
 */
export async function setupTheHive(
  adminClient: TheHiveClient | undefined,
  orgClient: TheHiveClient,
  caseTemplates: readonly CaseTemplate[],
): Promise<readonly SetupResult[]> {
  const results: SetupResult[] = [];
  const fields = adminClient === undefined ? [] : await listed(() => adminClient.read('/customField'));
  for (const field of OWN_FIELDS) {
    const what = `custom field ${field.name}`;
    const { name, type, description } = field;
    const body = { name, displayName: name, group: 'trailhive', description, type };
    results.push(await make(adminClient, what, fields.includes(name), '/customField', body, ADMIN_REMEDY));
  }
  const types = adminClient === undefined ? [] : await listed(() => typeRows(adminClient));
  for (const name of AWS_OBSERVABLE_TYPES) {
    const what = `observable type ${name}`;
    const body = { name, isAttachment: false };
    results.push(await make(adminClient, what, types.includes(name), '/observable/type', body, ADMIN_REMEDY));
  }
  for (const template of caseTemplates) {
    const what = `case template ${template.name}`;
    const isThere = await exists(orgClient, pathOf('caseTemplate', template.name));
    const body = templateBody(template);
    results.push(await make(orgClient, what, isThere, '/caseTemplate', body, TEMPLATE_REMEDY));
  }
  return results;
}

const ADMIN_REMEDY =
  'Set TRAILHIVE_THEHIVE_ADMIN_KEY to a key of the admin organisation with manageCustomField and manageObservableTemplate.';
const TEMPLATE_REMEDY = "Give trailhive's account the right manageCaseTemplate for the time of the setup.";

async function make(
  client: TheHiveClient | undefined,
  what: string,
  isThere: boolean,
  path: string,
  body: unknown,
  remedy: string,
): Promise<SetupResult> {
  if (isThere) return { what, outcome: 'present' };
  if (client === undefined) return { what, outcome: 'refused', remedy };
  let answer: Answer;
  try {
    answer = await client.send({ method: 'POST', path, body, repeatable: false });
  } catch (error) {
    if (faultOf(error) === 'retryable') throw error;
    return { what, outcome: 'refused', remedy: `${remedy} (${messageOf(error)})` };
  }
  if (answer.ok) return { what, outcome: 'created' };
  if (saysAlreadyExists(answer.body)) return { what, outcome: 'present' };
  return { what, outcome: 'refused', remedy: `${remedy} (${reasonOf(answer.body)})` };
}

function templateBody(template: CaseTemplate): object {
  return {
    name: template.name,
    displayName: template.displayName,
    ...(template.titlePrefix === undefined ? {} : { titlePrefix: template.titlePrefix }),
    description: template.description,
    tags: tagsOf(template.tags),
    tasks: tasksOf(template),
  };
}

/** What may not be listed counts as missing: the creation then says what is wrong. */
async function listed(read: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    return namesIn(await read());
  } catch (error) {
    if (error instanceof TrailhiveError && error.fault === 'retryable') throw error;
    return [];
  }
}

function typeRows(client: TheHiveClient): Promise<unknown> {
  return client.query('listObservableType', [
    { _name: 'listObservableType' },
    { _name: 'page', from: 0, to: 2000 },
  ]);
}

async function exists(client: TheHiveClient, path: string): Promise<boolean> {
  try {
    return (await client.read(path)) !== undefined;
  } catch (error) {
    if (faultOf(error) === 'retryable') throw error;
    return false;
  }
}
