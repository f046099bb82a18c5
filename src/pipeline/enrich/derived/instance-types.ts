import type { CloudTrailRecord } from '../../../domain/event.ts';
import { own, textAt, valueAt } from '../../../domain/record.ts';
import { callsOf, type DerivedFact, LONGEST_LIST } from './fact.ts';
import { valuesByKey } from './values-by-key.ts';

/** Calls that start instances or state what later starts. */
export const LAUNCH_CALLS: readonly string[] = [
  ...callsOf(
    'ec2',
    'RunInstances',
    'CreateFleet',
    'ModifyFleet',
    'RequestSpotFleet',
    'ModifySpotFleetRequest',
  ),
  ...callsOf('ec2', 'RequestSpotInstances', 'CreateLaunchTemplate', 'CreateLaunchTemplateVersion'),
  ...callsOf('autoscaling', 'CreateLaunchConfiguration', 'CreateAutoScalingGroup', 'UpdateAutoScalingGroup'),
];

/** Further calls that name instance types: a machine made larger, and services that run machines for the caller. */
export const SIZING_CALLS: readonly string[] = [
  ...LAUNCH_CALLS,
  ...callsOf('ec2', 'ModifyInstanceAttribute', 'AllocateHosts', 'CreateCapacityReservation'),
  ...callsOf('eks', 'CreateNodegroup'),
  ...callsOf('batch', 'CreateComputeEnvironment', 'UpdateComputeEnvironment'),
  ...callsOf('elasticmapreduce', 'RunJobFlow', 'AddInstanceGroups', 'AddInstanceFleet'),
  ...callsOf(
    'sagemaker',
    'CreateNotebookInstance',
    'UpdateNotebookInstance',
    'CreateTrainingJob',
    'CreateProcessingJob',
    'CreateEndpointConfig',
  ),
];

/** The different instance types that a call names, asked for or made. */
export const instanceTypes: DerivedFact = {
  name: 'instanceTypes',
  calls: SIZING_CALLS,
  says: (record) => {
    const types = instanceTypesOf(record);
    return types.length === 0 ? undefined : types;
  },
};

const TYPE_KEYS = new Set([
  'instancetype',
  'instancetypes',
  'instancefamily',
  'masterinstancetype',
  'slaveinstancetype',
]);
const TYPE = /^[a-z0-9][a-z0-9.-]{0,63}$/;

/** Lower case, each once, sorted, at most `LONGEST_LIST`. `ml.p3.2xlarge` of SageMaker is `p3.2xlarge`. */
export function instanceTypesOf(record: CloudTrailRecord): readonly string[] {
  const asked = own(record, 'requestParameters');
  const named = [...valuesByKey(asked, TYPE_KEYS), ...madeOf(record), ...changedTo(asked)];
  const texts = named
    .map((value) => (typeof value === 'string' ? value : textAt(value, 'value')))
    .map((text) => text.trim().toLowerCase().replace(/^ml\./, ''));
  return [...new Set(texts.filter((text) => TYPE.test(text)))].sort().slice(0, LONGEST_LIST);
}

/** With a launch template only the answer tells the type. */
function madeOf(record: CloudTrailRecord): readonly unknown[] {
  return valuesByKey(valueAt(record, 'responseElements', 'instancesSet'), TYPE_KEYS);
}

/** ModifyInstanceAttribute may name the attribute, and its value beside it. */
function changedTo(asked: unknown): readonly unknown[] {
  return textAt(asked, 'attribute') === 'instanceType' ? [own(asked, 'value')] : [];
}
