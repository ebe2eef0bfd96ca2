export { Component } from './component.js';
export type { ComponentHealth, HealthStatus } from './component.js';
export { ComponentStartFailed, Lifecycle } from './lifecycle.js';
export type { ComponentState, ComponentStatus, SystemStatus } from './lifecycle.js';
export { SystemEventLog, InMemorySystemEventLog } from './system-event-log.js';
export type { SystemEventType } from './system-event-log.js';
