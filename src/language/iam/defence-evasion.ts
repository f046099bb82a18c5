/**
 * Actions that take away sight, guardrails or the trace of what was done: ATT&CK's
 * T1562 (Impair Defenses) and T1070 (Indicator Removal) as they look in AWS. By
 * service, in IAM's spelling.
 */
export const DEFENCE_EVASION: Readonly<Record<string, string>> = {
  cloudtrail: `StopLogging DeleteTrail UpdateTrail PutEventSelectors PutInsightSelectors DeleteEventDataStore
    UpdateEventDataStore StopEventDataStoreIngestion DeregisterOrganizationDelegatedAdmin DisableFederation
    DeleteChannel`,
  config: `StopConfigurationRecorder DeleteConfigurationRecorder DeleteDeliveryChannel DeleteConfigRule
    DeleteOrganizationConfigRule DeleteConfigurationAggregator DeleteConformancePack PutConfigurationRecorder
    DeleteEvaluationResults DeleteRetentionConfiguration`,
  guardduty: `DeleteDetector UpdateDetector DeleteMembers DisassociateMembers DisassociateFromMasterAccount
    DisassociateFromAdministratorAccount StopMonitoringMembers DeletePublishingDestination
    UpdatePublishingDestination CreateIPSet UpdateIPSet CreateFilter UpdateFilter ArchiveFindings
    UpdateMemberDetectors UpdateOrganizationConfiguration DisableOrganizationAdminAccount`,
  securityhub: `DisableSecurityHub DeleteMembers DisassociateMembers DisassociateFromAdministratorAccount
    BatchDisableStandards UpdateStandardsControl BatchUpdateFindings DeleteActionTarget DeleteInsight
    DisableImportFindingsForProduct DisableOrganizationAdminAccount CreateAutomationRule`,
  'access-analyzer': 'DeleteAnalyzer CreateArchiveRule UpdateArchiveRule',
  macie2: 'DisableMacie DisassociateFromAdministratorAccount CreateFindingsFilter',
  inspector2: 'Disable DisassociateMember CreateFilter',
  detective: 'DeleteGraph DeleteMembers',
  securitylake: 'DeleteDataLake DeleteAwsLogSource DeleteSubscriber',
  auditmanager: 'DeregisterAccount DeleteAssessment',
  organizations: `LeaveOrganization DetachPolicy DeletePolicy UpdatePolicy DisablePolicyType
    RemoveAccountFromOrganization DisableAWSServiceAccess DeregisterDelegatedAdministrator`,
  ec2: `DeleteFlowLogs DisableEbsEncryptionByDefault DeleteNetworkAcl DisableImageBlockPublicAccess
    DisableSnapshotBlockPublicAccess ModifyInstanceMetadataOptions`,
  logs: `DeleteLogGroup DeleteLogStream DeleteSubscriptionFilter PutSubscriptionFilter DeleteMetricFilter
    PutRetentionPolicy DeleteDestination DeleteDataProtectionPolicy DeleteDelivery DeleteDeliverySource`,
  cloudwatch: 'DeleteAlarms DisableAlarmActions SetAlarmState PutMetricAlarm DeleteAnomalyDetector',
  events: `DeleteRule DisableRule RemoveTargets PutRule DeleteEventBus DeleteArchive`,
  s3: `PutBucketLogging PutLifecycleConfiguration DeleteBucketPolicy PutBucketVersioning
    PutBucketObjectLockConfiguration BypassGovernanceRetention PutEncryptionConfiguration`,
  sns: 'DeleteTopic Unsubscribe',
  sqs: 'DeleteQueue PurgeQueue',
  kms: 'DisableKey ScheduleKeyDeletion DisableKeyRotation DeleteAlias PutKeyPolicy',
  wafv2:
    'DeleteLoggingConfiguration DeleteWebACL DeleteRuleGroup DisassociateWebACL UpdateWebACL DeleteIPSet UpdateIPSet',
  waf: 'DeleteWebACL DeleteRule DeleteLoggingConfiguration UpdateIPSet',
  'waf-regional': 'DeleteWebACL DeleteRule DisassociateWebACL DeleteLoggingConfiguration UpdateIPSet',
  'network-firewall': `DeleteFirewall DeleteFirewallPolicy DeleteRuleGroup UpdateLoggingConfiguration
    DisassociateSubnets`,
  shield: 'DeleteProtection DeleteSubscription DisassociateDRTRole',
  route53resolver: `DeleteResolverQueryLogConfig DisassociateResolverQueryLogConfig DeleteFirewallRule
    DisassociateFirewallRuleGroup DeleteFirewallRuleGroup`,
  route53: 'DeleteQueryLoggingConfig',
  elasticloadbalancing: 'ModifyLoadBalancerAttributes',
  rds: 'ModifyDBParameterGroup DeleteDBInstanceAutomatedBackup',
  backup: `DeleteBackupVault DeleteRecoveryPoint DeleteBackupPlan DeleteBackupVaultLockConfiguration
    UpdateRecoveryPointLifecycle`,
  ses: 'UpdateAccountSendingEnabled DeleteIdentity PutAccountSuppressionAttributes',
  iam: `DeactivateMFADevice DeleteVirtualMFADevice DeleteAccountPasswordPolicy UpdateAccountPasswordPolicy
    DeleteUserPermissionsBoundary DeleteRolePermissionsBoundary`,
  ssm: 'DeleteResourceDataSync UpdateServiceSetting ResetServiceSetting',
  sso: 'DeletePermissionsBoundaryFromPermissionSet',
};
