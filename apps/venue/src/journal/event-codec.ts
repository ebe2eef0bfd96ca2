import type { EngineEvent } from '../engine/events.js';
import type { Commission, Fill, Order } from '../engine/order.js';

/** An event as plain JSON: bigints as decimal text, by name, so that nothing a client sent is taken for a number. */
export type EncodedEvent = Readonly<Record<string, unknown>> & { readonly kind: EngineEvent['kind'] };

export function encodeEvent(event: EngineEvent): EncodedEvent {
  switch (event.kind) {
    case 'Traded':
      return { ...event, quoteUnits: String(event.quoteUnits) };
    case 'OrderChanged':
      return { ...event, order: encodeOrder(event.order) };
    case 'Filled':
      return { ...event, order: encodeOrder(event.order), fill: encodeFill(event.fill) };
    case 'FeeCharged':
      return { ...event, fill: encodeFill(event.fill) };
    case 'BalanceChanged': {
      const { free, locked, delta } = event;
      return { ...event, free: String(free), locked: String(locked), delta: String(delta) };
    }
    case 'BookChanged':
    case 'OrderListChanged':
      return { ...event };
  }
}

export function decodeEvent(encoded: EncodedEvent): EngineEvent {
  const event = encoded as unknown as EngineEvent;
  switch (event.kind) {
    case 'Traded':
      return { ...event, quoteUnits: BigInt(event.quoteUnits) };
    case 'OrderChanged':
      return { ...event, order: decodeOrder(event.order) };
    case 'Filled':
      return { ...event, order: decodeOrder(event.order), fill: decodeFill(event.fill) };
    case 'FeeCharged':
      return { ...event, fill: decodeFill(event.fill) };
    case 'BalanceChanged': {
      const { free, locked, delta } = event;
      return { ...event, free: BigInt(free), locked: BigInt(locked), delta: BigInt(delta) };
    }
    case 'BookChanged':
    case 'OrderListChanged':
      return event;
  }
}

function encodeOrder(order: Readonly<Order>): object {
  const quoteBudget = order.quoteBudget === null ? null : String(order.quoteBudget);
  return { ...order, quoteBudget, filledQuote: String(order.filledQuote) };
}

function decodeOrder(order: Readonly<Order>): Order {
  const quoteBudget = order.quoteBudget === null ? null : BigInt(order.quoteBudget);
  return { ...order, quoteBudget, filledQuote: BigInt(order.filledQuote) };
}

function encodeFill(fill: Readonly<Fill>): object {
  const { asset, units } = fill.commission;
  return { ...fill, quoteUnits: String(fill.quoteUnits), commission: { asset, units: String(units) } };
}

function decodeFill(fill: Readonly<Fill>): Fill {
  const { asset, units } = fill.commission;
  const commission: Commission = { asset, units: BigInt(units) };
  return { ...fill, quoteUnits: BigInt(fill.quoteUnits), commission };
}
