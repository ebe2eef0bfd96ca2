export { ManualClock } from './manual-clock.js';
export { ManualTimers } from './manual-timers.js';
export { SequentialIds } from './sequential-ids.js';
export { SystemClock } from './system-clock.js';
export { SystemTimers } from './system-timers.js';
export { Timers } from './timers.js';
export type { Cancel } from './timers.js';
export { UuidV7Ids } from './uuid-v7-ids.js';
