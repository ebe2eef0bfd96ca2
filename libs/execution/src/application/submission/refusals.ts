import { DomainError } from '@sextant/kernel';
import type { Verdict } from '@sextant/risk';
import type { OrderSnapshot, Reason } from '../../domain/order-snapshot.js';

/** Why risk said no, in words. */
export function denialReason(failed: Verdict): Reason {
  const { rule, value, limit } = failed;
  const measured = value === null || limit === null ? '' : `: ${value} against a limit of ${limit}`;
  return { code: rule, detail: `Risk refused the order by ${rule}${measured}.` };
}

/** The caller's error for an order that is stored as denied or rejected. */
export function refusalOf(order: OrderSnapshot, failed: Verdict | null): DomainError {
  const { orderId, reason } = order;
  if (failed === null) {
    const detail = reason?.detail ?? 'The venue refused the order.';
    return new DomainError('ORDER_REJECTED', detail, {
      orderId,
      reason: reason && { ...reason },
    });
  }
  return new DomainError(failed.rule, denialReason(failed).detail, {
    orderId,
    riskType: failed.rule,
    currentValue: failed.value,
    limit: failed.limit,
    inputs: failed.inputs,
  });
}
