import { listAt, own } from '../../../domain/record.ts';
import { callsOf, type DerivedFact } from './fact.ts';

/** How many parameters or secrets one call asks for by name. */
export const namesAsked: DerivedFact = {
  name: 'namesAsked',
  calls: [...callsOf('ssm', 'GetParameters'), ...callsOf('secretsmanager', 'BatchGetSecretValue')],
  says(record) {
    const asked = own(record, 'requestParameters');
    if (typeof asked !== 'object' || asked === null || own(asked, 'omitted') === true) return undefined;
    return listAt(asked, 'names').length + listAt(asked, 'secretIdList').length;
  },
};
