export type { EventEnvelope, JsonObject, JsonValue } from './event-envelope.js';
