import { isImmediate } from '@sextant/execution';
import type { BatchItem, GroupRequest, OrderRequest, OrderView } from '@sextant/execution';
import { DomainError } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { bodyHash } from '@sextant/platform';
import { asDomainError, problemOf } from '../http/index.js';
import { bracketOf } from './attached-legs.js';
import { OrderAnswer } from './order-answers.js';
import type { BatchItemAnswer } from './order-answers.js';
import { MOST_ITEMS, termsOf } from './order-requests.js';
import type { PlaceOrderRequest } from './order-requests.js';

/** @throws DomainError BATCH_SIZE_INVALID, ORDER_TERMS_INVALID */
export function assertSize(orders: readonly PlaceOrderRequest[], cancels: readonly string[]): void {
  const count = orders.length + cancels.length;
  if (count < 1 || count > MOST_ITEMS) {
    const detail = `A batch has 1 to ${MOST_ITEMS} orders and cancellations, not ${count}.`;
    throw new DomainError('BATCH_SIZE_INVALID', detail, { pointer: '/orders' });
  }
  const named = orders.findIndex(({ accountId }) => accountId !== undefined);
  if (named === -1) return;
  const detail = 'The account of a batch stands beside its orders.';
  throw new DomainError('ORDER_TERMS_INVALID', detail, { pointer: `/orders/${named}/accountId` });
}

/** One order of a batch, known by its terms like an order that comes by itself. */
export function itemOf(
  order: PlaceOrderRequest,
  accountId: AccountId,
): { request: OrderRequest; group: GroupRequest | null; bodyHash: string } {
  const request = termsOf(order);
  const group = bracketOf(request, order);
  const asked = { accountId, ...request, ...(group && { group }) };
  return { request, group, bodyHash: request.clientOrderId === null ? '' : bodyHash(asked) };
}

/** What the item would have been answered by itself. */
export function batchItemAnswer(
  item: BatchItem,
  places: boolean,
  instance: string,
  traceId: string,
): BatchItemAnswer {
  if ('problem' in item) {
    const { code, detail, context } = item.problem;
    const problem = problemOf(asDomainError(new DomainError(code, detail, context)), instance, traceId);
    return { status: problem.status, problem };
  }
  const status = !places ? 202 : item.replayed ? 200 : isOpenQuestion(item.order) ? 202 : 201;
  return { status, order: OrderAnswer.of(item.order) };
}

/** No verdict of the venue yet. */
export function isOpenQuestion({ status, type, timeInForce }: OrderView): boolean {
  if (status === 'PENDING_SUBMIT' || status === 'OUTCOME_UNKNOWN') return true;
  return (
    isImmediate(type, timeInForce) &&
    (status === 'CREATED' || status === 'NEW' || status === 'PARTIALLY_FILLED' || status === 'PENDING_CANCEL')
  );
}
