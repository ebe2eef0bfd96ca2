import { DomainError } from '@sextant/kernel';
import { hasTrigger, typeOnceTriggered } from '../../domain/order-types.js';
import type { ConditionsRequest, OrderRequest } from '../requests/order-request.js';

/** Whether the fields of a request belong together, whatever the market. @throws DomainError ORDER_TERMS_INVALID */
export function assertOrderForm(request: OrderRequest): void {
  assertAmount(request);
  assertPrice(request);
  assertTimeInForce(request);
  const { conditions } = request;
  if (conditions) assertConditions(request, conditions);
  else if (hasTrigger(request.type)) throw invalid(triggerField(request), missingTrigger(request));
}

function assertAmount({ type, quantity, quoteQuantity }: OrderRequest): void {
  if (quantity !== null && quoteQuantity !== null) {
    throw invalid('/quoteQuantity', 'Give quantity or quoteQuantity, not both.');
  }
  if (quantity === null && quoteQuantity === null) throw invalid('/quantity', 'An order needs a quantity.');
  if (type !== 'MARKET' && quantity === null) {
    throw invalid('/quantity', `A ${type} order needs a quantity; quoteQuantity goes with MARKET.`);
  }
}

function assertPrice({ type, price }: OrderRequest): void {
  const limited = typeOnceTriggered(type) === 'LIMIT';
  if (limited && price === null) throw invalid('/price', `A ${type} order needs a price.`);
  if (!limited && price !== null) throw invalid('/price', `A ${type} order has no price.`);
}

function assertTimeInForce({ type, timeInForce, postOnly, conditions }: OrderRequest): void {
  if (type === 'MARKET' && timeInForce !== null && timeInForce !== 'IOC') {
    throw invalid('/timeInForce', 'A MARKET order is IOC.');
  }
  const rests = timeInForce === null || timeInForce === 'GTC' || timeInForce === 'GTD';
  if (hasTrigger(type) && typeOnceTriggered(type) === 'MARKET' && !rests) {
    throw invalid('/timeInForce', `A ${type} order is GTC or GTD.`);
  }
  if (postOnly && (type !== 'LIMIT' || !rests)) {
    throw invalid('/postOnly', 'postOnly goes with LIMIT GTC or GTD.');
  }
  const expires = (conditions?.expireTime ?? null) !== null;
  if (timeInForce === 'GTD' && !expires) throw invalid('/expireTime', 'A GTD order needs an expireTime.');
  if (timeInForce !== 'GTD' && expires) throw invalid('/expireTime', 'expireTime goes with GTD.');
}

function assertConditions(request: OrderRequest, conditions: ConditionsRequest): void {
  const { type, timeInForce, quantity } = request;
  const { stopPrice, trailingDelta, trailingPercent, triggerBy, displayQuantity, reduceOnly } = conditions;
  const trails = type === 'TRAILING_STOP_MARKET';
  if (trailingDelta !== null && trailingPercent !== null) {
    throw invalid('/trailingPercent', 'Give trailingDelta or trailingPercent, not both.');
  }
  const distance = trailingDelta ?? trailingPercent;
  if (!trails && distance !== null) {
    throw invalid(
      trailingDelta === null ? '/trailingPercent' : '/trailingDelta',
      `A ${type} order does not trail.`,
    );
  }
  if (trails ? distance === null : hasTrigger(type) && stopPrice === null) {
    throw invalid(triggerField(request), missingTrigger(request));
  }
  if (!hasTrigger(type) && stopPrice !== null)
    throw invalid('/stopPrice', `A ${type} order has no stopPrice.`);
  if (!hasTrigger(type) && triggerBy !== null) throw invalid('/triggerBy', `A ${type} order has no trigger.`);
  if (displayQuantity !== null && (type !== 'LIMIT' || timeInForce === 'IOC' || timeInForce === 'FOK')) {
    throw invalid('/displayQuantity', 'displayQuantity goes with a LIMIT order that rests.');
  }
  if (reduceOnly && quantity === null) {
    throw invalid('/reduceOnly', 'reduceOnly goes with a quantity, not with quoteQuantity.');
  }
}

function triggerField({ type }: OrderRequest): string {
  return type === 'TRAILING_STOP_MARKET' ? '/trailingDelta' : '/stopPrice';
}

function missingTrigger({ type }: OrderRequest): string {
  return type === 'TRAILING_STOP_MARKET'
    ? 'A TRAILING_STOP_MARKET order needs trailingDelta or trailingPercent.'
    : `A ${type} order needs a stopPrice.`;
}

export function invalid(pointer: string, detail: string): DomainError {
  return new DomainError('ORDER_TERMS_INVALID', detail, { pointer });
}
