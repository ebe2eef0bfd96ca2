import type { AccountId, ApprovalMint } from '@sextant/kernel';
import { AccountRisk } from '../domain/account-risk.js';
import { ConfiguredLimits } from './configured-limits.js';
import { RiskLimitRepository } from './risk-limit-repository.js';

/** Makes the risk state of accounts. It alone holds the right to approve. */
export class AccountRisks {
  readonly #mint: ApprovalMint;

  constructor(
    mint: ApprovalMint,
    private readonly own: RiskLimitRepository,
    private readonly configured: ConfiguredLimits,
  ) {
    this.#mint = mint;
  }

  /** With the account's limits and without any claim: the owner holds those of its live orders. */
  async open(accountId: AccountId): Promise<AccountRisk> {
    return new AccountRisk(this.#mint, () => this.configured.current(), await this.own.load(accountId));
  }
}
