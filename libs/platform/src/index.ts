export * from './channel/index.js';
export * from './commit/index.js';
export * from './database/index.js';
export * from './event-log/index.js';
export * from './idempotency/index.js';
export * from './ownership/index.js';
export * from './paging/index.js';
