import type { Actor } from './event.ts';
import type { Severity } from './severity.ts';

export const EXTERNAL_PRODUCTS = ['guardduty', 'securityhub'] as const;
export type ExternalProduct = (typeof EXTERNAL_PRODUCTS)[number];

/** What another detector found, read from its own format. Texts are as it wrote them, bounded in length. */
export interface ExternalFinding {
  readonly product: ExternalProduct;
  /** The product that found it, as Security Hub names it; '' for GuardDuty's own findings. */
  readonly foundBy: string;
  /** The finding's ARN: the same over all of its updates, and from both products where one passes on the other's. */
  readonly id: string;
  /** The product's own type, `UnauthorizedAccess:IAMUser/TorIPCaller`. */
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  /** The product's own figure or word for it, `8` or `HIGH`. */
  readonly ownSeverity: string;
  readonly account: string;
  readonly region: string;
  /** Epoch ms; of the last change. */
  readonly updatedAt: number;
  readonly lastSeen: number;
  /** How often the product has seen it. */
  readonly count: number;
  /** API call or kind of action; '' where there is none. */
  readonly action: string;
  readonly actors: readonly Actor[];
  /** Ids and ARNs of what it is about. */
  readonly resources: readonly string[];
  /** Remote addresses and domains. */
  readonly addresses: readonly string[];
  readonly domains: readonly string[];
}
