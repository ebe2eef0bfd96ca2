import type { JsonObject, OrderEventType } from '@sextant/contracts';

/** Something that happened to an order; the payload's fields stand in the event catalogue. */
export interface OrderEvent {
  readonly type: OrderEventType;
  readonly payload: JsonObject;
}
