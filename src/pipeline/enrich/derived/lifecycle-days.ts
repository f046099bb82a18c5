import { flagAt, listAt, own, textAt, valueAt } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';

/**
 * After how many days a new lifecycle of a bucket deletes objects: the soonest of its rules
 * that are on and take every object. Absent where none does.
 */
export const lifecycleDays: DerivedFact = {
  name: 'lifecycleDays',
  calls: callsOf('s3', 'PutBucketLifecycle', 'PutBucketLifecycleConfiguration'),
  says(record) {
    const asked = own(record, 'requestParameters');
    const rules = listAt(valueAt(asked, 'LifecycleConfiguration') ?? asked, 'Rule');
    const days = rules.filter(takesEverything).flatMap(daysOf);
    return days.length === 0 ? undefined : Math.min(...days);
  },
};

function takesEverything(rule: unknown): boolean {
  if (textAt(rule, 'Status').toLowerCase() === 'disabled') return false;
  const filter = own(rule, 'Filter');
  const prefix = textAt(rule, 'Prefix') + textAt(filter, 'Prefix') + textAt(filter, 'And', 'Prefix');
  const narrower = own(filter, 'Tag') ?? valueAt(filter, 'And', 'Tag') ?? own(filter, 'And');
  return prefix === '' && narrower === undefined;
}

function daysOf(rule: unknown): readonly number[] {
  const expiration = own(rule, 'Expiration');
  if (flagAt(expiration, 'ExpiredObjectDeleteMarker') === true) return [];
  if (textAt(expiration, 'Date') !== '') return [0];
  const days = Number(own(expiration, 'Days'));
  return own(expiration, 'Days') !== undefined && Number.isFinite(days) ? [days] : [];
}
