import type { AccountId } from '@sextant/kernel';
import type { AccountRow } from '../accounts/account-tables.js';
import type { EquityTrace } from '../valuation/equity-journal.js';
import type { PortfolioState } from './portfolio-state.js';

/** Loads what the owner of an account keeps in memory. */
export abstract class PortfolioRepository {
  /** @throws DomainError ACCOUNT_NOT_FOUND */
  abstract load(accountId: AccountId): Promise<PortfolioState>;

  /** @throws DomainError ACCOUNT_NOT_FOUND */
  abstract account(accountId: AccountId): Promise<AccountRow>;

  /** Where the equity history of the account stands; to be read by its owner, before anything is booked. */
  abstract equityTrace(accountId: AccountId): Promise<EquityTrace>;
}
