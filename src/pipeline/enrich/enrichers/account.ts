import type { Enricher } from '../enricher.ts';

/** What `context/accounts.yml` says of the account that the event happened in. */
export const accountEnricher: Enricher<'account'> = {
  name: 'account',
  enrich(event, company) {
    return { id: event.account, ...company.account(event.account) };
  },
};
