import type { RiskClass } from '../../domain/company.ts';
import { type IamActionFacts, iamActionsOf } from '../../language/iam/actions.ts';
import { riskClassesOf } from '../../language/iam/risk-classes.ts';
import { API_GATEWAY_VERBS, IAM_NAMES, IAM_SERVICES } from './iam-names.ts';

/** An IAM action, and what kind of access it is where IAM knows it. */
export interface IamAction {
  /** `s3:PutBucketPolicy`; in CloudTrail's own words where IAM does not know it; '' without names. */
  readonly iam: string;
  /** IAM's name of the service, `s3`. */
  readonly service: string;
  readonly accessLevel?: string;
  readonly risks?: readonly RiskClass[];
}

/** What a call comes to, by the two names of the record; a log repeats a few hundred of them. */
const answers = new Map<string, IamAction>();
/** Names are the caller's to some extent (denied calls of any spelling): the memory of them is bounded. */
const MAX_ANSWERS = 4096;

/** The IAM action that a CloudTrail call is authorised as. */
export function iamActionOf(eventSource: string, eventName: string): IamAction {
  const call = `${eventSource} ${eventName}`;
  const known = answers.get(call);
  if (known !== undefined) return known;
  const answer = workOut(eventSource, eventName);
  if (answers.size >= MAX_ANSWERS) answers.clear();
  answers.set(call, answer);
  return answer;
}

function workOut(eventSource: string, eventName: string): IamAction {
  const service = iamServiceOf(eventSource);
  const known = find(service, eventName);
  const name = known?.name ?? eventName;
  const risks = riskClassesOf(service, name, known?.level ?? '');
  return {
    iam: `${service}:${name}`,
    service,
    ...(known === undefined ? {} : { accessLevel: known.level }),
    ...(risks.length === 0 ? {} : { risks }),
  };
}

function iamServiceOf(eventSource: string): string {
  const host = eventSource.replace(/\.amazonaws\.com(\.cn)?$/, '');
  if (host.endsWith('-marketplace')) return 'aws-marketplace';
  return IAM_SERVICES.get(host) ?? host;
}

/** CloudTrail writes some names with the API's version: `ListFunctions20150331`, `CreateDistribution2020_05_31`. */
const VERSION = /\d{4}_?\d{2}_?\d{2}(v\d+)?$/;

function find(service: string, eventName: string): IamActionFacts | undefined {
  const index = iamActionsOf(service);
  const name = eventName.toLowerCase();
  const bare = name.replace(VERSION, '');
  const mapped = IAM_NAMES.get(`${service}:${bare}`) ?? (service === 'apigateway' ? verbOf(bare) : undefined);
  return index.get(name) ?? index.get(bare) ?? (mapped === undefined ? undefined : index.get(mapped));
}

/** API Gateway is authorised by HTTP verb, not by operation. */
function verbOf(name: string): string | undefined {
  return API_GATEWAY_VERBS.find(([prefix]) => name.startsWith(prefix))?.[1];
}
