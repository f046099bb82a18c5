import type { Alert } from '../../domain/alert.ts';

/** The account of an alert; of a rule that looks across accounts, those of the events that it shows. Sorted. */
export function accountsOf({ account, evidence }: Alert): readonly string[] {
  if (account !== '') return [account];
  return [...new Set(evidence.map((event) => event.account))].filter((id) => id !== '').sort();
}
