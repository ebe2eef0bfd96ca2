import type { AccountId } from '@sextant/kernel';
import { LedgerFold } from '../../domain/ledger/ledger-fold.js';
import type { PortfolioSnapshot } from '../../domain/portfolio-aggregate.js';
import type { SqlReader } from '../reading/reservations.js';
import { foldRows } from './fold-rows.js';

/** An account as its ledger alone gives it, as far as that was read. What is booked never changes, so it can go on. */
export class FoldedLedger {
  private readonly fold = new LedgerFold();
  private count = 0;
  private sequence = 0;

  constructor(
    readonly accountId: AccountId,
    private readonly venue: string,
  ) {}

  get entryCount(): number {
    return this.count;
  }

  get snapshot(): PortfolioSnapshot {
    return this.fold.snapshot(this.accountId, this.venue);
  }

  /** Takes in what the reader sees beyond what was read before. */
  async advance(reader: SqlReader): Promise<void> {
    for await (const entries of foldRows(reader, this.accountId, this.sequence)) {
      for (const entry of entries) this.fold.add(entry);
      this.count += entries.length;
      this.sequence = entries.at(-1)?.chainSequence ?? this.sequence;
    }
  }
}
