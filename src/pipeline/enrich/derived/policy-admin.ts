import type { CloudTrailRecord } from '../../../domain/event.ts';
import { listAt, own, textAt } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';
import { type PolicyStatement, statementsOf } from './policy-document.ts';

/** AWS' own policies with which one can become administrator at once. */
const ADMIN_POLICIES = /^arn:[a-z-]+:iam::aws:policy\/(AdministratorAccess|IAMFullAccess)$/i;

/**
 * Whether a call gives all rights, or all rights over IAM, which is as good: by one
 * of AWS' policies, or by a document that allows every action on everything.
 */
export const policyAdmin: DerivedFact = {
  name: 'policyAdmin',
  calls: [
    ...callsOf('iam', 'AttachUserPolicy', 'AttachGroupPolicy', 'AttachRolePolicy'),
    ...callsOf('iam', 'PutUserPolicy', 'PutGroupPolicy', 'PutRolePolicy'),
    ...callsOf('iam', 'CreatePolicy', 'CreatePolicyVersion'),
    ...callsOf('sts', 'GetFederationToken'),
    ...callsOf('sso', 'AttachManagedPolicyToPermissionSet', 'PutInlinePolicyToPermissionSet'),
  ],
  says(record: CloudTrailRecord) {
    const asked = own(record, 'requestParameters');
    if (typeof asked !== 'object' || asked === null || own(asked, 'omitted') === true) return undefined;
    const documents = ['policyDocument', 'policy', 'inlinePolicy'].map((name) => own(asked, name));
    const statements = documents.flatMap((document) => statementsOf(document) ?? []);
    if (arnsIn(asked).some((arn) => ADMIN_POLICIES.test(arn)) || statements.some(givesAll)) return true;
    const unreadable = documents.some(
      (document) => document !== undefined && statementsOf(document) === undefined,
    );
    return unreadable ? undefined : false;
  },
};

function arnsIn(asked: unknown): readonly string[] {
  const listed = listAt(asked, 'policyArns').map((each) =>
    typeof each === 'string' ? each : textAt(each, 'arn'),
  );
  return [textAt(asked, 'policyArn'), textAt(asked, 'managedPolicyArn'), ...listed];
}

/** Conditions narrow it, but an administrator behind a condition is one still. */
function givesAll({ allows, actions, notActions, resources, notResources }: PolicyStatement): boolean {
  if (!allows) return false;
  const everyAction =
    actions.some((action) => /^(\*+|\*+:\*+|iam:\*+)$/.test(action)) || leavesIam(notActions);
  const everything = resources.some((resource) =>
    /^(\*+|arn:aws[a-z-]*:iam::(\*|\d{12}):\*+)$/.test(resource),
  );
  return everyAction && (everything || notResources.length > 0);
}

/** All but some actions, IAM's not among those left out. */
function leavesIam(notActions: readonly string[]): boolean {
  return notActions.length > 0 && !notActions.some((action) => action === '*' || action.startsWith('iam:'));
}
