import type { ApprovalMint } from '@sextant/kernel';
import { AccountRisk } from '../domain/account-risk.js';
import { ConfiguredLimits } from './configured-limits.js';
import type { SwitchSubject } from '../domain/kill-switch.js';
import { KillSwitchBoard } from './kill-switch-board.js';
import { RiskLimitRepository } from './risk-limit-repository.js';
import { SwitchRecords } from './switch-records.js';

/** Makes the risk state of accounts. It alone holds the right to approve. */
export class AccountRisks {
  readonly #mint: ApprovalMint;

  constructor(
    mint: ApprovalMint,
    private readonly own: RiskLimitRepository,
    private readonly configured: ConfiguredLimits,
    private readonly board: KillSwitchBoard,
    private readonly records: SwitchRecords,
  ) {
    this.#mint = mint;
  }

  /**
   * With the account's limits and every kill switch that is stored, and without any claim: the owner holds those of its live
   * orders.
   */
  async open(account: Pick<SwitchSubject, 'tenantId' | 'accountId' | 'venue'>): Promise<AccountRisk> {
    const [own] = await Promise.all([this.own.load(account.accountId), this.records.refresh()]);
    return new AccountRisk(this.#mint, () => this.configured.current(), own, this.board.of(account));
  }
}
