import type { EpochMs, TenantId } from '@sextant/kernel';
import type { Transaction } from './identity-event.js';

export abstract class TenantRepository {
  /** Makes the installation's first tenant; false when there is one. Others who try wait until the transaction ends. */
  abstract createFirst(tenantId: TenantId, name: string, at: EpochMs, within: Transaction): Promise<boolean>;

  /** The tenant of the installation's first start. */
  abstract first(): Promise<TenantId>;
}
