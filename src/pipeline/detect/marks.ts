import type { CompanyContext } from '../../domain/company.ts';
import type { EnrichedEvent } from '../../domain/event.ts';
import { ownerMarks } from '../../domain/owner-marks.ts';
import { textAt } from '../../domain/record.ts';

/** Calls that take away sight or guardrails. A finding on one is never silenced, whatever a verdict says. */
const TAMPERING: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'cloudtrail',
    [
      'StopLogging',
      'DeleteTrail',
      'UpdateTrail',
      'PutEventSelectors',
      'DeleteEventDataStore',
      'UpdateEventDataStore',
      'StopEventDataStoreIngestion',
      'DeregisterOrganizationDelegatedAdmin',
    ],
  ],
  [
    'config',
    [
      'StopConfigurationRecorder',
      'DeleteConfigurationRecorder',
      'DeleteDeliveryChannel',
      'DeleteConfigRule',
      'DeleteOrganizationConfigRule',
    ],
  ],
  [
    'guardduty',
    [
      'DeleteDetector',
      'UpdateDetector',
      'DeleteMembers',
      'DisassociateMembers',
      'DisassociateFromMasterAccount',
      'DisassociateFromAdministratorAccount',
      'StopMonitoringMembers',
      'DeletePublishingDestination',
      'CreateIPSet',
      'UpdateIPSet',
      'CreateFilter',
    ],
  ],
  [
    'securityhub',
    [
      'DisableSecurityHub',
      'DeleteMembers',
      'DisassociateMembers',
      'BatchDisableStandards',
      'UpdateStandardsControl',
    ],
  ],
  ['access-analyzer', ['DeleteAnalyzer']],
  ['macie2', ['DisableMacie']],
  ['inspector2', ['Disable']],
  [
    'organizations',
    [
      'LeaveOrganization',
      'DetachPolicy',
      'DeletePolicy',
      'UpdatePolicy',
      'DisablePolicyType',
      'RemoveAccountFromOrganization',
    ],
  ],
  ['ec2', ['DeleteFlowLogs']],
  ['logs', ['DeleteLogGroup', 'DeleteLogStream', 'DeleteSubscriptionFilter']],
  ['s3', ['PutBucketLogging']],
  ['wafv2', ['DeleteLoggingConfiguration', 'DeleteWebACL']],
  ['route53resolver', ['DeleteResolverQueryLogConfig', 'DisassociateResolverQueryLogConfig']],
]);

/** What keeps a finding on this event from ever being suppressed. Sorted. */
export function marksOf(
  event: EnrichedEvent,
  resources: readonly string[],
  company: CompanyContext,
): readonly string[] {
  const { actor, account } = event.context;
  const marks = ownerMarks({ actor, accountRole: account.role, resources }, company);
  return [...marks, ...(tampersWithLogging(event) ? ['logging'] : [])].sort();
}

function tampersWithLogging({ record }: EnrichedEvent): boolean {
  const service = textAt(record, 'eventSource').replace(/\.amazonaws\.com(\.cn)?$/, '');
  return TAMPERING.get(service)?.includes(textAt(record, 'eventName')) ?? false;
}
