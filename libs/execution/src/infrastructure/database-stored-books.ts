import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@sextant/contracts';
import { parseScaled } from '@sextant/kernel';
import type { AccountId, EpochMs, FillId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import type { FillRow } from '../application/account/account-tables.js';
import { epochMs } from '../application/account/order-rows.js';
import type { ReadRow } from '../application/account/order-rows.js';
import { StoredBooks } from '../application/venue/stored-books.js';
import type { BookedTrade } from '../domain/compare-trades.js';

type TradeRow = ReadRow<FillRow> & { strategy: string | null; position_side: 'LONG' | 'SHORT' | null };

/**
 * Ids of fills begin with the time at which they were booked, so their index finds what is recent. The position that a fill
 * went into is said by its ledger transaction, which has the id's digits.
 */
const TRADES = `
  SELECT f.*, o.strategy, t.memo ->> 'positionSide' AS position_side
  FROM fill f JOIN orders o ON o.account_id = f.account_id AND o.order_id = f.order_id
  LEFT JOIN ledger_transaction t
    ON t.account_id = f.account_id AND t.transaction_id = 'ltx_' || substr(f.fill_id, 5)
  WHERE f.account_id = $1 AND f.venue = $2 AND f.fill_id >= $4
    AND f.executed_at >= to_timestamp($3::float8 / 1000)
  ORDER BY f.executed_at, f.fill_id`;

/** How far the clocks of a venue and of this machine may be apart for it to find all. */
const SKEW_MS = 3_600_000;

/** A fee is changed after its fill, so what was booked since then has all of it. */
const FEES = `
  SELECT memo FROM ledger_transaction
  WHERE account_id = $1 AND kind = 'FEE' AND occurred_at >= to_timestamp($2::float8 / 1000)
  ORDER BY chain_sequence`;

const HEALED = `
  SELECT memo->>'asset' AS asset, memo->>'amount' AS amount FROM ledger_transaction
  WHERE account_id = $1 AND kind = 'CORRECTION' AND kind <> 'FILL' AND memo->>'classification' = 'DUST'
    AND occurred_at >= to_timestamp($2::float8 / 1000)`;

const FIRST_SEEN = `
  SELECT occurred_at FROM event_log WHERE stream_id = $1 AND type = 'PortfolioSynced' ORDER BY stream_seq LIMIT 1`;

@Injectable()
export class DatabaseStoredBooks extends StoredBooks {
  constructor(private readonly database: Database) {
    super();
  }

  async tradesSince(accountId: AccountId, venue: string, from: EpochMs): Promise<BookedTrade[]> {
    const [rows, fees] = await Promise.all([
      this.database.query<TradeRow>(TRADES, [accountId, venue, from, firstIdOf(from - SKEW_MS)]),
      this.database.query<{ memo: JsonObject }>(FEES, [accountId, from]),
    ]);
    const changes = new Map<string, JsonObject[]>();
    for (const { memo } of fees) {
      const fillId = String(memo['fillId']);
      changes.set(fillId, [...(changes.get(fillId) ?? []), memo]);
    }
    return rows.map((row) => bookedTrade(row, changes.get(row.fill_id) ?? []));
  }

  async firstSeenAt(accountId: AccountId): Promise<EpochMs | null> {
    const [row] = await this.database.query<{ occurred_at: Date }>(FIRST_SEEN, [accountId]);
    return row === undefined ? null : epochMs(row.occurred_at);
  }

  async healedSince(accountId: AccountId, from: EpochMs): Promise<ReadonlyMap<string, bigint>> {
    const rows = await this.database.query<{ asset: string; amount: string }>(HEALED, [accountId, from]);
    const healed = new Map<string, bigint>();
    for (const { asset, amount } of rows) {
      const units = parseScaled(amount);
      healed.set(asset, (healed.get(asset) ?? 0n) + (units < 0n ? -units : units));
    }
    return healed;
  }
}

function bookedTrade(row: TradeRow, changes: readonly JsonObject[]): BookedTrade {
  const charged = new Map([[row.fee_asset, BigInt(row.fee)]]);
  for (const memo of changes) {
    const asset = String(memo['feeAsset']);
    charged.set(asset, (charged.get(asset) ?? 0n) + parseScaled(String(memo['fee'])));
  }
  return {
    fillId: row.fill_id as FillId,
    orderId: row.order_id,
    symbol: row.symbol,
    venueOrderId: row.venue_order_id,
    venueTradeId: row.venue_trade_id,
    side: row.side,
    lots: Number(row.lots),
    priceTicks: Number(row.price_ticks),
    baseUnits: BigInt(row.quantity),
    quoteUnits: BigInt(row.quote_amount),
    charged,
    feeRevision: changes.length,
    role: row.role,
    strategy: row.strategy,
    executedAt: epochMs(row.executed_at),
    ...(row.position_side !== null && { positionSide: row.position_side }),
  };
}

/** The least id that a fill booked at that time can have: ids are UUIDs of version 7. */
function firstIdOf(at: EpochMs): string {
  return `fil_${Math.max(0, at).toString(16).padStart(12, '0')}`;
}
