const GLOBAL: ReadonlySet<string> = new Set([
  ...[
    'iam',
    'sts',
    'organizations',
    'account',
    'support',
    'health',
    'cloudfront',
    'route53',
    'route53domains',
  ],
  ...[
    'waf',
    'shield',
    'globalaccelerator',
    'sso',
    'sso-directory',
    'identitystore',
    'signin',
    'billingconsole',
  ],
  ...['budgets', 'ce', 'cur', 'savingsplans', 'tagging', 'trustedadvisor', 'artifact'],
]);

/** A service of the whole account: the region of its events says where AWS keeps it, not where the caller works. */
export function isGlobalService(eventSource: string): boolean {
  return GLOBAL.has(eventSource.slice(0, Math.max(0, eventSource.indexOf('.'))));
}
