import { Injectable } from '@nestjs/common';
import type { JsonObject, JsonValue } from '@sextant/contracts';
import type { AccountId, OrderId, TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import type { SqlReader } from '@sextant/portfolio';
import type { OrderRow } from '../account/account-tables.js';
import { orderGroupView } from './order-group-view.js';
import type { OrderGroupView } from './order-group-view.js';
import { orderOfRow } from '../account/order-rows.js';
import type { ReadRow } from '../account/order-rows.js';
import { orderView } from './order-view.js';
import type { OrderView } from './order-view.js';

/** One event of an order as the log has it. */
export interface OrderEventRow {
  stream_seq: string;
  type: string;
  occurred_at: Date;
  actor: string | null;
  trace_id: string | null;
  payload: JsonObject;
  hash: string;
}

const EVENTS = `SELECT stream_seq, type, occurred_at, actor, trace_id, payload, hash FROM event_log
  WHERE stream_id = $1 AND payload ->> 'orderId' = $2 ORDER BY stream_seq`;

/** Statements about stored orders, each within one tenant. */
@Injectable()
export class OrderReads {
  constructor(private readonly database: Database) {}

  rows<Row>(tenantId: TenantId, sql: string, params: unknown[]): Promise<Row[]> {
    return this.database.read(tenantId, (manager) => manager.query<Row[]>(sql, params));
  }

  /** Everything that `work` reads is one tenant's, at one instant. */
  at<T>(tenantId: TenantId, work: (reader: SqlReader) => Promise<T>): Promise<T> {
    return this.database.read(tenantId, (manager) =>
      work({ query: <Row>(sql: string, params: unknown[]) => manager.query<Row[]>(sql, params) }),
    );
  }

  /**
   * What is written about an order, in order, by the index of it. Asked as the owner of the log, because a tenant's policy
   * keeps the reader from using that index: whose the account is, the caller has made sure.
   */
  eventsOf(accountId: AccountId, orderId: OrderId): Promise<OrderEventRow[]> {
    return this.database.query<OrderEventRow>(EVENTS, [accountId, orderId]);
  }

  /** `condition` is SQL over the alias `o`. */
  async orders(tenantId: TenantId, condition: string, params: unknown[]): Promise<OrderView[]> {
    const rows = await this.rows<ReadRow<OrderRow>>(
      tenantId,
      `SELECT o.* FROM orders o WHERE ${condition}`,
      params,
    );
    return rows.map((row) => orderView(orderOfRow(row)));
  }

  async order(tenantId: TenantId, orderId: OrderId): Promise<OrderView | null> {
    const [order] = await this.orders(tenantId, `o.order_id = $1 AND ${OF_TENANT}`, [orderId]);
    return order ?? null;
  }

  /** The named groups, in the order of their names. */
  async groups(tenantId: TenantId, groupIds: readonly string[]): Promise<OrderGroupView[]> {
    const rows = await this.rows<ReadRow<OrderRow>>(
      tenantId,
      `SELECT o.* FROM orders o WHERE ${OF_TENANT} AND ${GROUP_ID} = ANY ($1::text[]) ORDER BY o.order_id`,
      [groupIds],
    );
    const legs = rows.map((row) => orderOfRow(row));
    return groupIds.flatMap((groupId) => {
      const ofGroup = legs.filter(({ conditions }) => conditions?.group?.groupId === groupId);
      return orderGroupView(ofGroup) ?? [];
    });
  }

  /** The named orders of one account, in the order of their names. */
  ordersOf(tenantId: TenantId, accountId: AccountId, orderIds: readonly OrderId[]): Promise<OrderView[]> {
    const condition = `o.account_id = $1 AND o.order_id = ANY ($2::text[])
      ORDER BY array_position($2::text[], o.order_id::text)`;
    return this.orders(tenantId, condition, [accountId, orderIds]);
  }

  async accountOf(tenantId: TenantId, orderId: OrderId): Promise<AccountId | null> {
    const sql = `SELECT o.account_id FROM orders o WHERE o.order_id = $1 AND ${OF_TENANT}`;
    const [row] = await this.rows<{ account_id: AccountId }>(tenantId, sql, [orderId]);
    return row?.account_id ?? null;
  }
}

/** Names the accounts, so that the key of the table (account, order) serves; the database would hide others anyway. */
export const OF_TENANT = 'o.account_id = ANY (ARRAY(SELECT account_id FROM account))';

/** The group of an order, as its index has it. */
export const GROUP_ID = `o.conditions -> 'group' ->> 'groupId'`;

/** One condition of a list, with `$n` for its value. */
export class Conditions {
  readonly params: unknown[] = [];
  private readonly parts: string[] = [];

  add(condition: (placeholder: string) => string, value: JsonValue | Date | undefined): this {
    if (value === null || value === undefined) return this;
    this.params.push(value);
    this.parts.push(condition(`$${this.params.length}`));
    return this;
  }

  get sql(): string {
    return this.parts.length === 0 ? 'true' : this.parts.join(' AND ');
  }
}
