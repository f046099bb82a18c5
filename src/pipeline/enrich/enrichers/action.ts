import { textAt } from '../../../domain/record.ts';
import type { Enricher } from '../enricher.ts';
import { iamActionOf } from '../iam-action.ts';

/** The IAM action behind the call and its access level. */
export const actionEnricher: Enricher<'action'> = {
  name: 'action',
  enrich(event) {
    return iamActionOf(textAt(event.record, 'eventSource'), textAt(event.record, 'eventName'));
  },
};
