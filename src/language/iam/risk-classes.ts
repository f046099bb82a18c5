/**
 * What harm an IAM action can do, after Cloudsplaining's classes (Salesforce,
 * BSD-3-Clause, `cloudsplaining/shared/constants.py`), and `defence-evasion`
 * beside them. Cloudsplaining judges policies; here one action is judged by
 * itself, so that a method of several actions (`iam:PassRole` and a call that
 * takes a role) counts for each call that hands the role over.
 */
import { RISK_CLASSES, type RiskClass } from '../../domain/company.ts';
import { DEFENCE_EVASION } from './defence-evasion.ts';

/**
 * Cloudsplaining's PRIVILEGE_ESCALATION_METHODS (Rhino Security Labs' list and
 * Datadog's pathfinding.cloud), each by the call that gains the rights; calls that
 * only look, start or invoke what stands already are left out.
 */
const PRIVILEGE_ESCALATION: Readonly<Record<string, string>> = {
  iam: `CreateAccessKey CreateLoginProfile UpdateLoginProfile AddUserToGroup CreatePolicyVersion
    SetDefaultPolicyVersion AttachUserPolicy AttachGroupPolicy AttachRolePolicy PutUserPolicy PutGroupPolicy
    PutRolePolicy UpdateAssumeRolePolicy PassRole AddRoleToInstanceProfile DeleteUserPermissionsBoundary
    DeleteRolePermissionsBoundary PutUserPermissionsBoundary PutRolePermissionsBoundary DetachUserPolicy
    DetachRolePolicy DeleteUserPolicy DeleteRolePolicy CreateServiceSpecificCredential
    CreateSAMLProvider UpdateSAMLProvider CreateOpenIDConnectProvider AddClientIDToOpenIDConnectProvider
    UpdateOpenIDConnectProviderThumbprint`,
  ec2: `AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation ModifyInstanceAttribute
    CreateLaunchTemplateVersion ModifyLaunchTemplate RunInstances RequestSpotInstances`,
  'ec2-instance-connect': 'SendSSHPublicKey SendSerialConsoleSSHPublicKey',
  ssm: 'SendCommand StartSession ResumeSession StartAutomationExecution CreateAssociation UpdateAssociation',
  lambda: `CreateFunction UpdateFunctionCode UpdateFunctionConfiguration CreateEventSourceMapping AddPermission`,
  glue: 'CreateDevEndpoint UpdateDevEndpoint CreateJob UpdateJob',
  cloudformation: `CreateStack UpdateStack CreateStackSet UpdateStackSet CreateChangeSet ExecuteChangeSet
    SetStackPolicy`,
  datapipeline: 'CreatePipeline PutPipelineDefinition',
  codebuild: 'CreateProject UpdateProject StartBuild StartBuildBatch',
  codestar: 'CreateProject AssociateTeamMember',
  sagemaker: `CreateNotebookInstance CreatePresignedNotebookInstanceUrl CreateTrainingJob CreateProcessingJob
    CreateNotebookInstanceLifecycleConfig UpdateNotebookInstanceLifecycleConfig UpdateNotebookInstance`,
  ecs: 'RegisterTaskDefinition RunTask StartTask CreateService UpdateService ExecuteCommand',
  eks: 'CreateAccessEntry AssociateAccessPolicy UpdateAccessEntry CreatePodIdentityAssociation',
  apprunner: 'CreateService UpdateService',
  'bedrock-agentcore': 'CreateCodeInterpreter StartCodeInterpreterSession InvokeCodeInterpreter',
  sso: `AttachManagedPolicyToPermissionSet AttachCustomerManagedPolicyReferenceToPermissionSet
    PutInlinePolicyToPermissionSet CreateAccountAssignment UpdatePermissionSet
    DeletePermissionsBoundaryFromPermissionSet`,
  identitystore: 'CreateGroupMembership',
  rolesanywhere: 'CreateTrustAnchor CreateProfile UpdateProfile UpdateTrustAnchor',
  organizations: 'DetachPolicy UpdatePolicy DeletePolicy',
};

/** Cloudsplaining's READ_ONLY_DATA_EXFILTRATION_ACTIONS, and the ways of data out of AWS that carry copies. */
const DATA_EXFILTRATION: Readonly<Record<string, string>> = {
  s3: 'GetObject GetObjectVersion GetObjectTorrent PutReplicationConfiguration',
  ssm: 'GetParameter GetParameters GetParametersByPath GetParameterHistory',
  secretsmanager: 'GetSecretValue BatchGetSecretValue',
  rds: `CopyDBSnapshot CopyDBClusterSnapshot CreateDBSnapshot CreateDBClusterSnapshot StartExportTask
    ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute`,
  ec2: `CreateSnapshot CreateSnapshots CopySnapshot CreateImage CopyImage ModifySnapshotAttribute
    ModifyImageAttribute ExportImage CreateInstanceExportTask CreateStoreImageTask GetConsoleScreenshot
    CreateTrafficMirrorSession`,
  ebs: 'GetSnapshotBlock ListSnapshotBlocks',
  dynamodb: 'Scan Query GetItem BatchGetItem ExportTableToPointInTime PartiQLSelect',
  lambda: 'GetFunction GetLayerVersion',
  ecr: 'GetDownloadUrlForLayer BatchGetImage PutReplicationConfiguration',
  redshift: 'CreateClusterSnapshot AuthorizeSnapshotAccess',
  'redshift-data': 'ExecuteStatement BatchExecuteStatement GetStatementResult',
  'rds-data': 'ExecuteStatement BatchExecuteStatement',
  athena: 'GetQueryResults GetQueryResultsStream StartQueryExecution',
  codecommit: 'GitPull GetFile GetBlob',
  datasync: 'CreateTask StartTaskExecution',
  backup: 'StartCopyJob StartRestoreJob',
  transfer: 'CreateServer CreateUser',
  logs: 'FilterLogEvents GetLogEvents StartQuery GetQueryResults CreateExportTask',
  sqs: 'ReceiveMessage',
  workspaces: 'CopyWorkspaceImage UpdateWorkspaceImagePermission',
};

/** Cloudsplaining's ACTIONS_THAT_RETURN_CREDENTIALS (kmcquade's list), in IAM's spelling, and a few younger calls. */
const CREDENTIAL_EXPOSURE: Readonly<Record<string, string>> = {
  airflow: 'CreateCliToken CreateWebLoginToken',
  appsync: 'CreateApiKey',
  chime: 'CreateApiKey',
  cloud9: 'CreateEnvironmentToken',
  codeartifact: 'GetAuthorizationToken',
  codepipeline: 'PollForJobs',
  'cognito-identity': 'GetOpenIdToken GetOpenIdTokenForDeveloperIdentity GetCredentialsForIdentity',
  'cognito-idp': 'GetSigningCertificate',
  connect: 'GetFederationToken',
  ec2: 'GetPasswordData CreateKeyPair GetLaunchTemplateData DescribeInstanceAttribute',
  ecr: 'GetAuthorizationToken',
  'ecr-public': 'GetAuthorizationToken',
  'emr-containers': 'GetManagedEndpointSessionCredentials',
  elasticmapreduce: 'GetClusterSessionCredentials',
  'finspace-api': 'GetProgrammaticAccessCredentials',
  gamelift: 'RequestUploadCredentials GetInstanceAccess GetComputeAccess GetComputeAuthToken',
  grafana: 'CreateWorkspaceApiKey CreateWorkspaceServiceAccountToken',
  iam: `CreateAccessKey CreateLoginProfile UpdateLoginProfile CreateServiceSpecificCredential
    ResetServiceSpecificCredential UpdateAccessKey CreateVirtualMFADevice`,
  bedrock: 'CallWithBearerToken',
  'license-manager': 'GetAccessToken',
  lightsail: `GetInstanceAccessDetails DownloadDefaultKeyPair CreateBucketAccessKey
    GetRelationalDatabaseMasterUserPassword`,
  mediapackage: 'RotateChannelCredentials RotateIngestEndpointCredentials',
  'rds-db': 'connect',
  redshift: 'GetClusterCredentials GetClusterCredentialsWithIAM',
  'redshift-serverless': 'GetCredentials',
  rolesanywhere: 'CreateSession',
  secretsmanager: 'GetSecretValue BatchGetSecretValue',
  ssm: 'GetParameter GetParameters GetParametersByPath',
  sso: 'GetRoleCredentials',
  sts: `AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot GetFederationToken GetSessionToken
    GetWebIdentityToken`,
};

/**
 * Cloudsplaining counts every action of the level "Permissions management". What
 * only reads or takes a permission away is left out here (IAM's data have some
 * such), and what opens a thing without being of that level is added.
 */
const RESOURCE_EXPOSURE: Readonly<Record<string, string>> = {
  ec2: `AuthorizeSecurityGroupIngress ModifySecurityGroupRules ModifyImageAttribute ModifySnapshotAttribute
    ModifyFpgaImageAttribute CreateVpcPeeringConnection AcceptVpcPeeringConnection CreateNetworkAclEntry
    ReplaceNetworkAclEntry CreateRoute ModifyVpcEndpointServicePermissions DisableImageBlockPublicAccess
    DisableSnapshotBlockPublicAccess`,
  rds: `ModifyDBSnapshotAttribute ModifyDBClusterSnapshotAttribute AuthorizeDBSecurityGroupIngress
    ModifyDBInstance`,
  redshift: 'AuthorizeClusterSecurityGroupIngress AuthorizeSnapshotAccess ModifyCluster',
  elasticache: 'AuthorizeCacheSecurityGroupIngress',
  ram: 'CreateResourceShare AssociateResourceShare AssociateResourceSharePermission',
  lambda: 'CreateFunctionUrlConfig UpdateFunctionUrlConfig AddPermission AddLayerVersionPermission',
  s3: 'PutBucketWebsite CreateAccessPoint PutBucketCORS PutObjectAcl',
  eks: 'UpdateClusterConfig',
  es: 'UpdateDomainConfig UpdateElasticsearchDomainConfig',
  elasticfilesystem: 'PutFileSystemPolicy',
  'cognito-identity': 'SetIdentityPoolRoles',
  cloudfront: 'UpdateDistribution',
  ssm: 'ModifyDocumentPermission',
};

const TAKES_AWAY =
  /^(Delete|Remove|Revoke|Reject|Deauthorize|Reset|Cancel|Disassociate|Detach|Get|List|Describe)/;
/** Actions whose level says "Permissions management" and that give rights to the caller's kind, not to outsiders. */
const IDENTITY_SERVICES: ReadonlySet<string> = new Set(['iam', 'organizations', 'sso', 'lakeformation']);

const LISTS: readonly (readonly [RiskClass, ReadonlySet<string>])[] = [
  ['privilege-escalation', namesIn(PRIVILEGE_ESCALATION)],
  ['resource-exposure', namesIn(RESOURCE_EXPOSURE)],
  ['data-exfiltration', namesIn(DATA_EXFILTRATION)],
  ['credential-exposure', namesIn(CREDENTIAL_EXPOSURE)],
  ['defence-evasion', namesIn(DEFENCE_EVASION)],
];

/**
 * The risk classes of one action, in the order of `RISK_CLASSES`; none for most.
 * `service` and `name` are in IAM's own spelling (actions.ts), `level` is its access
 * level; '' for the few calls that hand out credentials without IAM being asked
 * (`sso:GetRoleCredentials`, `rolesanywhere:CreateSession`).
 */
export function riskClassesOf(service: string, name: string, level: string): readonly RiskClass[] {
  const action = `${service}:${name}`;
  const found = new Set<RiskClass>();
  for (const [risk, names] of LISTS) if (names.has(action)) found.add(risk);
  if (level === 'Permissions management' && !IDENTITY_SERVICES.has(service) && !TAKES_AWAY.test(name))
    found.add('resource-exposure');
  if (level === 'Write' || level === 'Permissions management') found.add('infrastructure-modification');
  return found.size === 0 ? NONE : RISK_CLASSES.filter((risk) => found.has(risk));
}

const NONE: readonly RiskClass[] = [];

/** Every action that a list names, `service:Name`. */
export function listedActions(): readonly string[] {
  return [...new Set(LISTS.flatMap(([, names]) => [...names]))];
}

function namesIn(lists: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set(
    Object.entries(lists).flatMap(([service, names]) =>
      names.split(/\s+/).map((name) => `${service}:${name}`),
    ),
  );
}
