export { Order } from './domain/order.js';
export type { OrderSnapshot, OrderTerms, OrderType, TimeInForce } from './domain/order-snapshot.js';
export { isTerminal, orderStatuses, orderTransitions } from './domain/order-status.js';
export type { OrderStatus } from './domain/order-status.js';
