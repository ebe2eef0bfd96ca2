import { countdownOfRow } from '../application/countdown/cancel-countdown.js';
import type { CancelCountdownRow } from '../application/countdown/cancel-countdown.js';
import { Injectable } from '@nestjs/common';
import type { AccountId, OrderId, TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import type { OrderRow } from '../application/account/account-tables.js';
import type { VenueIds } from '../application/account/live-orders.js';
import { fillKey, OrderArchive } from '../application/account/order-archive.js';
import type { FillIds, StoredOrder, UsedKey } from '../application/account/order-archive.js';
import { epochMs, orderOfRow } from '../application/account/order-rows.js';
import type { ReadRow } from '../application/account/order-rows.js';

type ArchiveRow = ReadRow<OrderRow> & { fill_keys: string[]; deadline_at: Date | null };

const SELECT = `
  SELECT o.*,
    ARRAY(SELECT f.venue_order_id || ' ' || f.venue_trade_id FROM fill f
      WHERE f.account_id = o.account_id AND f.order_id = o.order_id
      UNION SELECT f.venue_order_id || ' ' || f.venue_trade_id FROM fill f
      WHERE f.account_id = o.account_id AND f.venue = o.venue AND f.symbol = o.symbol
        AND f.venue_order_id = o.venue_order_id) AS fill_keys,
    (SELECT max(a.deadline_at) FROM order_attempt a
      WHERE a.account_id = o.account_id AND a.order_id = o.order_id AND a.decision = 'APPROVED') AS deadline_at
  FROM orders o WHERE o.account_id = $1`;

/** Reads stored orders as the owner of their account. */
@Injectable()
export class DatabaseOrderArchive extends OrderArchive {
  constructor(private readonly database: Database) {
    super();
  }

  async liveOrders(accountId: AccountId): Promise<StoredOrder[]> {
    const rows = await this.database.query<ArchiveRow>(
      `${SELECT} AND o.closed_at IS NULL ORDER BY o.order_id`,
      [accountId],
    );
    return rows.map(storedOrder);
  }

  async byOrderId(accountId: AccountId, orderId: OrderId): Promise<StoredOrder | null> {
    return this.one(`${SELECT} AND o.order_id = $2`, [accountId, orderId]);
  }

  async byVenueIds(
    accountId: AccountId,
    { clientOrderId, venueOrderId, symbol }: VenueIds,
  ): Promise<StoredOrder | null> {
    const known = await this.one(`${SELECT} AND o.client_order_id = $2`, [accountId, clientOrderId]);
    if (known !== null) return known;
    const revised = await this.byRevision(accountId, { clientOrderId });
    if (revised !== null || venueOrderId === '') return revised;
    const replaced = await this.byRevision(accountId, { venueOrderId }, symbol);
    if (replaced !== null) return replaced;
    return this.one(
      `${SELECT} AND o.closed_venue_order_id = $2 AND o.symbol = $3 ORDER BY o.order_id LIMIT 1`,
      [accountId, venueOrderId, symbol],
    );
  }

  async legsOf(accountId: AccountId, groupIds: readonly string[]): Promise<StoredOrder[]> {
    if (groupIds.length === 0) return [];
    const rows = await this.database.query<ArchiveRow>(
      `${SELECT} AND o.conditions -> 'group' ->> 'groupId' = ANY ($2) ORDER BY o.order_id`,
      [accountId, groupIds],
    );
    return rows.map(storedOrder);
  }

  async cursor(accountId: AccountId, venue: string): Promise<string | null> {
    const rows = await this.database.query<{ cursor: string }>(
      'SELECT cursor FROM venue_cursor WHERE account_id = $1 AND venue = $2',
      [accountId, venue],
    );
    return rows[0]?.cursor ?? null;
  }

  override async bookedFills(
    accountId: AccountId,
    venue: string,
    fills: readonly FillIds[],
  ): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ symbol: string; order: string; trade: string }>(
      `SELECT f.symbol, f.venue_order_id AS "order", f.venue_trade_id AS trade
       FROM unnest($2::text[], $3::text[], $4::text[]) AS w(symbol, order_id, trade_id)
       JOIN fill f ON f.account_id = $1 AND f.venue = $5 AND f.symbol = w.symbol
         AND f.venue_order_id = w.order_id AND f.venue_trade_id = w.trade_id`,
      [
        accountId,
        fills.map(({ symbol }) => symbol),
        fills.map(({ venueOrderId }) => venueOrderId),
        fills.map(({ venueTradeId }) => venueTradeId),
        venue,
      ],
    );
    return new Set(
      rows.map(
        ({ symbol, order, trade }) => `${symbol} ${fillKey({ venueOrderId: order, venueTradeId: trade })}`,
      ),
    );
  }

  override async cancelCountdown(accountId: AccountId): Promise<CancelCountdownRow | null> {
    const [row] = await this.database.query<ReadRow<CancelCountdownRow>>(
      'SELECT * FROM cancel_countdown WHERE account_id = $1',
      [accountId],
    );
    return row === undefined ? null : countdownOfRow(row);
  }

  override async lastReconciliation(accountId: AccountId): Promise<string | null> {
    const rows = await this.database.query<{ outcome: string }>(
      `SELECT outcome FROM reconciliation WHERE account_id = $1 AND outcome IN ('EQUAL', 'CORRECTED', 'DIFFERENT')
       ORDER BY reconciliation_id DESC LIMIT 1`,
      [accountId],
    );
    return rows[0]?.outcome ?? null;
  }

  async usedKey(tenantId: TenantId, route: string, key: string): Promise<UsedKey | null> {
    const rows = await this.database.query<{ body_hash: string; resource_id: OrderId | null }>(
      'SELECT body_hash, resource_id FROM idempotency_key WHERE tenant_id = $1 AND route = $2 AND key = $3',
      [tenantId, route, key],
    );
    return rows[0] === undefined ? null : { bodyHash: rows[0].body_hash, orderId: rows[0].resource_id };
  }

  /** An order that the venue has had under another id; its own ids count within a market. */
  private byRevision(
    accountId: AccountId,
    named: Record<string, string>,
    symbol: string | null = null,
  ): Promise<StoredOrder | null> {
    const sql = `${SELECT} AND o.progress -> 'revisions' <> '[]'::jsonb AND o.progress -> 'revisions' @> $2::jsonb
      AND ($3::text IS NULL OR o.symbol = $3)`;
    return this.one(sql, [accountId, JSON.stringify([named]), symbol]);
  }

  private async one(sql: string, params: unknown[]): Promise<StoredOrder | null> {
    const rows = await this.database.query<ArchiveRow>(sql, params);
    return rows[0] === undefined ? null : storedOrder(rows[0]);
  }
}

function storedOrder(row: ArchiveRow): StoredOrder {
  return {
    order: orderOfRow(row),
    bodyHash: row.body_hash,
    fillKeys: row.fill_keys,
    deadlineAt: row.deadline_at === null ? 0 : epochMs(row.deadline_at),
  };
}
