export { defineEvents } from './define-events.js';
export type { EventEntry } from './define-events.js';
export type { EventEnvelope, JsonObject, JsonValue } from './event-envelope.js';
