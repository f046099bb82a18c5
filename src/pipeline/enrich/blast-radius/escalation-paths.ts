/**
 * Sets of actions that, on every resource, end in administrator rights. After Rhino
 * Security Labs, "AWS IAM Privilege Escalation", and Bishop Fox, "IAM Vulnerable":
 * each has been shown to work. In lower case.
 */
export const ESCALATION_PATHS: readonly (readonly string[])[] = [
  ['iam:createpolicyversion'],
  ['iam:setdefaultpolicyversion'],
  ['iam:attachuserpolicy'],
  ['iam:attachgrouppolicy'],
  ['iam:attachrolepolicy', 'sts:assumerole'],
  ['iam:putuserpolicy'],
  ['iam:putgrouppolicy'],
  ['iam:putrolepolicy', 'sts:assumerole'],
  ['iam:addusertogroup'],
  ['iam:createaccesskey'],
  ['iam:createloginprofile'],
  ['iam:updateloginprofile'],
  ['iam:updateassumerolepolicy', 'sts:assumerole'],
  ['iam:passrole', 'ec2:runinstances'],
  ['iam:passrole', 'lambda:createfunction', 'lambda:invokefunction'],
  ['iam:passrole', 'lambda:createfunction', 'lambda:createeventsourcemapping'],
  ['iam:passrole', 'lambda:createfunction', 'lambda:addpermission'],
  ['lambda:updatefunctioncode'],
  ['iam:passrole', 'cloudformation:createstack'],
  ['iam:passrole', 'glue:createdevendpoint'],
  ['iam:passrole', 'glue:createjob', 'glue:startjobrun'],
  ['iam:passrole', 'datapipeline:createpipeline', 'datapipeline:putpipelinedefinition'],
  ['iam:passrole', 'sagemaker:createnotebookinstance', 'sagemaker:createpresignednotebookinstanceurl'],
  ['iam:passrole', 'codebuild:createproject', 'codebuild:startbuild'],
  ['iam:passrole', 'ecs:registertaskdefinition', 'ecs:runtask'],
  ['ssm:sendcommand'],
  ['ssm:startsession'],
];

/**
 * What an administrator may do. The first is of no service there is: only a wildcard
 * grants it.
 */
export const ADMIN_ACTIONS: readonly string[] = [
  'any-service:any-action',
  'iam:putuserpolicy',
  'iam:createaccesskey',
  'iam:passrole',
  'sts:assumerole',
  's3:getobject',
  'ec2:runinstances',
  'kms:decrypt',
  'cloudtrail:stoplogging',
];

/** All but IAM, as PowerUserAccess has it. */
export const POWER_ACTIONS: readonly string[] = ADMIN_ACTIONS.filter((action) => !/^(iam|sts):/.test(action));
