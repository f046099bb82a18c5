/** An ARN taken apart. `resource` is everything behind the account, `role/path/name`. */
export interface Arn {
  readonly text: string;
  readonly partition: string;
  readonly service: string;
  readonly account: string;
  readonly resource: string;
}

/** Takes an ARN apart; undefined for everything that is none. */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition = '', service = '', , account = '', ...rest] = text.split(':');
  const resource = rest.join(':');
  if (prefix !== 'arn' || service === '' || resource === '') return undefined;
  return { text, partition, service, account, resource };
}
