export { Component } from './component.js';
export type { ComponentHealth, HealthStatus } from './component.js';
export { ComponentStartFailed, Lifecycle } from './lifecycle.js';
export type { ComponentState, ComponentStatus, SystemStatus } from './lifecycle.js';
export { SystemEvents, SystemEventsInMemory } from './system-events.js';
export type { SystemEventType } from './system-events.js';
