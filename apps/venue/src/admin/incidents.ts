import type { Incident } from './incident.js';
import { ORDER_INCIDENTS } from './order-incidents.js';
import { STREAM_INCIDENTS } from './stream-incidents.js';
import { VENUE_INCIDENTS } from './venue-incidents.js';

/** All named incidents: what happened to other platforms, ready to happen to yours. */
export const INCIDENTS: readonly Incident[] = [...ORDER_INCIDENTS, ...VENUE_INCIDENTS, ...STREAM_INCIDENTS];
