import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { JsonObject } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { EpochMs, OrderId, TenantId } from '@sextant/kernel';
import type { Verdict } from '@sextant/risk';
import type { OrderAttemptRow } from '../account/account-tables.js';
import { OrderReads } from './order-reads.js';
import type { OrderEventRow } from './order-reads.js';
import { epochMs } from '../account/order-rows.js';
import type { ReadRow } from '../account/order-rows.js';

/** The life of an order as it was written down while it happened: decisions, then events with their evidence. */
export type OrderAudit = {
  orderId: OrderId;
  attempts: {
    attempt: number;
    decision: string;
    epoch: number;
    decidedAt: EpochMs;
    deadlineAt: EpochMs;
    verdicts: Verdict[];
  }[];
  events: {
    sequence: number;
    type: string;
    phase: 'PREPARE' | 'EXECUTE' | 'VERIFY';
    occurredAt: EpochMs;
    actor: string | null;
    traceId: string | null;
    payload: JsonObject;
    hash: string;
  }[];
};

/** @throws DomainError ORDER_NOT_FOUND */
export class GetOrderAudit extends Query<OrderAudit> {
  constructor(
    readonly tenantId: TenantId,
    readonly orderId: OrderId,
  ) {
    super();
  }
}

const PREPARE: ReadonlySet<string> = new Set([
  'OrderPlaced',
  'OrderArmed',
  'OrderTrailed',
  'OrderResized',
  'OrderWoken',
  'OrderTouched',
  'OrderHeldBack',
  'OrderReleased',
  'OrderTriggered',
  'OrderDenied',
  'OrderAmendRequested',
  'OrderReplaced',
  'RiskLimitExceeded',
]);
const VERIFY: ReadonlySet<string> = new Set([
  'OrderOutcomeUnknown',
  'OrderResolved',
  'OrderAdopted',
  'OrderNeedsAttention',
  'OrderReplacementRefused',
  'OrderOverrun',
]);

@QueryHandler(GetOrderAudit)
export class GetOrderAuditHandler implements IQueryHandler<GetOrderAudit> {
  constructor(private readonly reads: OrderReads) {}

  async execute({ tenantId, orderId }: GetOrderAudit): Promise<OrderAudit> {
    const accountId = await this.reads.accountOf(tenantId, orderId);
    if (accountId === null) throw new DomainError('ORDER_NOT_FOUND', `There is no order ${orderId}.`);
    const [attempts, events] = await Promise.all([
      this.reads.rows<ReadRow<OrderAttemptRow>>(
        tenantId,
        'SELECT * FROM order_attempt WHERE account_id = $1 AND order_id = $2 ORDER BY attempt',
        [accountId, orderId],
      ),
      this.reads.eventsOf(accountId, orderId),
    ]);
    return { orderId, attempts: attempts.map(attemptView), events: events.map(eventView) };
  }
}

export function attemptView(row: ReadRow<OrderAttemptRow>): OrderAudit['attempts'][number] {
  return {
    attempt: row.attempt,
    decision: row.decision,
    epoch: Number(row.epoch),
    decidedAt: epochMs(row.decided_at),
    deadlineAt: epochMs(row.deadline_at),
    verdicts: row.verdicts as unknown as Verdict[],
  };
}

/** The phase is what the event belongs to: the decision, the sending, or finding out. */
export function eventView(row: OrderEventRow): OrderAudit['events'][number] {
  return {
    sequence: Number(row.stream_seq),
    type: row.type,
    phase: PREPARE.has(row.type) ? 'PREPARE' : VERIFY.has(row.type) ? 'VERIFY' : 'EXECUTE',
    occurredAt: epochMs(row.occurred_at),
    actor: row.actor,
    traceId: row.trace_id,
    payload: row.payload,
    hash: row.hash,
  };
}
