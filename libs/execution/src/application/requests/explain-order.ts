import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { JsonObject } from '@sextant/contracts';
import { DomainError, formatScaled } from '@sextant/kernel';
import type { EpochMs, OrderId, TenantId } from '@sextant/kernel';
import { fillReference, ledgerEntryView, readLedgerOf } from '@sextant/portfolio';
import type { SqlReader } from '@sextant/portfolio';
import type { OrderProgress } from '../../domain/order-snapshot.js';
import { replacementOf } from '../../domain/revisions.js';
import type { FillRow, OrderAttemptRow, OrderRow } from '../account/account-tables.js';
import { attemptView, eventView } from './get-order-audit.js';
import type { OrderAudit } from './get-order-audit.js';
import { feeChangesOf, fillView } from './list-fills.js';
import type { FillView } from './list-fills.js';
import type { OrderSizing } from '../../domain/order-snapshot.js';
import { OrderReads } from './order-reads.js';
import type { OrderEventRow } from './order-reads.js';
import { epochMs, orderOfRow } from '../account/order-rows.js';
import type { ReadRow } from '../account/order-rows.js';
import { orderView } from './order-view.js';
import type { OrderView } from './order-view.js';

/** A transaction of the ledger, as its own pages show it. */
export type ExplainedBooking = ReturnType<typeof ledgerEntryView>;

/** Why an order is what it is, cause after cause, from what was stored while it happened. */
export type OrderExplanation = {
  order: OrderView;
  /** Who asked for it, and what for. */
  request: {
    at: EpochMs;
    actor: string | null;
    traceId: string | null;
    origin: string;
    strategy: string | null;
    groupId: string | null;
    leg: string | null;
    executionId: string | null;
    /** Other orders of its group or execution. */
    relatives: string[];
    asked: JsonObject;
    /** What the quantity was resolved from; null where it was asked for. */
    sizing: OrderSizing | null;
  };
  /** The grid that it was put on. */
  normalisation: { tickSize: string; stepSize: string; ticks: number | null; lots: number | null };
  /** Every decision of risk, with each rule and what it saw; approved ones with the fence of their attempt. */
  decisions: OrderAudit['attempts'];
  commits: OrderAudit['events'];
  /** What the venue said, with the evidence as it was read. */
  venueMessages: { sequence: number; type: string; at: EpochMs; evidence: JsonObject }[];
  /** Each fill with what the ledger booked for it; the hash is the link of the ledger's chain. */
  fills: (FillView & { source: string; bookedAt: EpochMs; ledger: ExplainedBooking[] })[];
};

/** @throws DomainError ORDER_NOT_FOUND */
export class ExplainOrder extends Query<OrderExplanation> {
  constructor(
    readonly tenantId: TenantId,
    readonly orderId: OrderId,
  ) {
    super();
  }
}

const RELATIVES = `SELECT o.order_id FROM orders o WHERE o.account_id = $1 AND o.order_id <> $2
  AND (o.conditions -> 'group' ->> 'groupId' = $3 OR o.conditions ->> 'executionId' = $4) ORDER BY o.order_id LIMIT 500`;
/** Facts of the order that its first event carries beside what was asked for. */
const NOT_ASKED: ReadonlySet<string> = new Set(['orderId', 'status', 'version', 'verdicts', 'evidence']);

@QueryHandler(ExplainOrder)
export class ExplainOrderHandler implements IQueryHandler<ExplainOrder> {
  constructor(private readonly reads: OrderReads) {}

  async execute({ tenantId, orderId }: ExplainOrder): Promise<OrderExplanation> {
    const accountId = await this.reads.accountOf(tenantId, orderId);
    if (accountId === null) throw new DomainError('ORDER_NOT_FOUND', `There is no order ${orderId}.`);
    const events = await this.reads.eventsOf(accountId, orderId);
    return this.reads.at(tenantId, async (reader) => {
      const key = [accountId, orderId];
      const [stored] = await reader.query<ReadRow<OrderRow>>(
        'SELECT * FROM orders WHERE account_id = $1 AND order_id = $2',
        key,
      );
      if (stored === undefined) throw new DomainError('ORDER_NOT_FOUND', `There is no order ${orderId}.`);
      const attempts = await reader.query<ReadRow<OrderAttemptRow>>(
        'SELECT * FROM order_attempt WHERE account_id = $1 AND order_id = $2 ORDER BY attempt',
        key,
      );
      return {
        ...explained(stored, events, await relativesOf(reader, stored)),
        decisions: attempts.map(attemptView),
        fills: await fillsOf(reader, stored),
      };
    });
  }
}

function explained(
  row: ReadRow<OrderRow>,
  events: readonly OrderEventRow[],
  relatives: string[],
): Omit<OrderExplanation, 'decisions' | 'fills'> {
  const order = orderOfRow(row);
  const first = events[0];
  const { conditions, origin, strategy, createdAt, tickUnits, stepUnits } = order;
  const asked = Object.entries(first?.payload ?? {}).filter(([name]) => !NOT_ASKED.has(name));
  const commits = events.map(eventView);
  return {
    order: orderView(order),
    request: {
      at: createdAt,
      actor: first?.actor ?? null,
      traceId: first?.trace_id ?? null,
      origin,
      strategy,
      groupId: conditions?.group?.groupId ?? null,
      leg: conditions?.group?.leg ?? null,
      executionId: conditions?.executionId ?? null,
      relatives,
      asked: Object.fromEntries(asked),
      sizing: conditions?.sizing ?? null,
    },
    normalisation: {
      tickSize: formatScaled(tickUnits),
      stepSize: formatScaled(stepUnits),
      ticks: order.priceTicks,
      lots: order.lots,
    },
    commits,
    venueMessages: commits.flatMap(({ sequence, type, occurredAt, payload }) => {
      const evidence = payload['evidence'] as JsonObject | null | undefined;
      return evidence == null ? [] : [{ sequence, type, at: Number(evidence['at'] ?? occurredAt), evidence }];
    }),
  };
}

async function relativesOf(reader: SqlReader, row: ReadRow<OrderRow>): Promise<string[]> {
  const { conditions } = orderOfRow(row);
  const groupId = conditions?.group?.groupId ?? null;
  const executionId = conditions?.executionId ?? null;
  if (groupId === null && executionId === null) return [];
  const params = [row.account_id, row.order_id, groupId, executionId];
  const rows = await reader.query<{ order_id: string }>(RELATIVES, params);
  return rows.map(({ order_id }) => order_id);
}

async function fillsOf(reader: SqlReader, row: ReadRow<OrderRow>): Promise<OrderExplanation['fills']> {
  const { account_id: accountId, order_id: orderId, venue } = row;
  const rows = await reader.query<ReadRow<FillRow>>(
    'SELECT * FROM fill WHERE account_id = $1 AND order_id = $2 ORDER BY fill_id',
    [accountId, orderId],
  );
  const progress = row.progress as OrderProgress | null;
  const referenceOf = ({ symbol, venue_trade_id: venueTradeId, venue_order_id }: ReadRow<FillRow>) => {
    const replacement = replacementOf({ progress }, venue_order_id);
    return fillReference({
      venue,
      symbol,
      orderId,
      venueTradeId,
      ...(replacement !== null && { replacement }),
    });
  };
  const feeChanges = await feeChangesOf(rows, (sql, params) => reader.query(sql, params));
  const booked = await readLedgerOf(reader, accountId, rows.map(referenceOf));
  return rows.map((fill) => ({
    ...fillView(fill, feeChanges.get(fill.fill_id)),
    source: fill.source,
    bookedAt: epochMs(fill.booked_at),
    ledger: booked.filter(({ reference }) => reference === referenceOf(fill)).map(ledgerEntryView),
  }));
}
