import type { AccountId } from '@sextant/kernel';
import type { AccountRow } from '../accounts/account-tables.js';
import type { PortfolioState } from './portfolio-state.js';

/** Loads what the owner of an account keeps in memory. */
export abstract class PortfolioRepository {
  /** @throws DomainError ACCOUNT_NOT_FOUND */
  abstract load(accountId: AccountId): Promise<PortfolioState>;

  /** @throws DomainError ACCOUNT_NOT_FOUND */
  abstract account(accountId: AccountId): Promise<AccountRow>;
}
