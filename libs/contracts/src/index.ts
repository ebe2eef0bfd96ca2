export { defineEvents } from './define-events.js';
export type { EventEntry } from './define-events.js';
export type { EventEnvelope, JsonObject, JsonValue } from './event-envelope.js';
export { orderEvents } from './order-events.js';
export type { OrderEventType } from './order-events.js';
export { riskEvents } from './risk-events.js';
export type { RiskEventType } from './risk-events.js';
export { portfolioEvents } from './portfolio-events.js';
