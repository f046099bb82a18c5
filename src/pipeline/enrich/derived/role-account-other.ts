import { textAt } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';
import { accountOfPrincipal } from './policy-document.ts';

/** Whether a caller assumes a role of another account than its own. Both accounts record the call. */
export const roleAccountOther: DerivedFact = {
  name: 'roleAccountOther',
  calls: callsOf('sts', 'AssumeRole'),
  says(record) {
    const [role] = accountOfPrincipal(textAt(record, 'requestParameters', 'roleArn'));
    const caller = textAt(record, 'userIdentity', 'accountId');
    return role === undefined || caller === '' ? undefined : role !== caller;
  },
};
