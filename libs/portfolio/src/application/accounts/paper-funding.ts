import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@sextant/contracts';
import { ExchangeGateways } from '@sextant/exchange';
import { parseScaled } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { Database } from '@sextant/platform';

interface StoredDeposit {
  venue: string;
  reference: string;
  memo: JsonObject;
}

const DEPOSITS = `
  SELECT a.venue, t.reference, t.memo FROM ledger_transaction t JOIN account a USING (account_id)
  WHERE t.account_id = $1 AND t.kind <> 'FILL' AND t.kind = 'DEPOSIT' AND a.kind = 'PAPER' ORDER BY t.chain_sequence`;

/**
 * Gives a paper account at its venue what its ledger says was deposited. Repeated whenever the account is opened, so a
 * crash between the two books loses nothing; the venue takes each reference once.
 */
@Injectable()
export class PaperFunding {
  constructor(
    private readonly database: Database,
    private readonly gateways: ExchangeGateways,
  ) {}

  async ensure(accountId: AccountId): Promise<void> {
    const deposits = await this.database.query<StoredDeposit>(DEPOSITS, [accountId]);
    for (const { venue, reference, memo } of deposits) {
      const { asset, amount } = memo as { asset: string; amount: string };
      await this.gateways.of(venue).deposit?.(accountId, asset, parseScaled(amount), reference);
    }
  }
}
