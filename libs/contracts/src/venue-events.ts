import { defineEvents } from './define-events.js';

/** What happens on the way to a venue, on the `system` stream. */
export const venueEvents = defineEvents({
  VenueBreakerChanged: {
    description: 'Calls of one class to a venue were stopped, are being tried again, or go again.',
    payload: {
      venue: 'name',
      class: 'PROTECTIVE, CANCEL, RECONCILE, ENTRY or DATA',
      from: 'CLOSED, OPEN or HALF_OPEN',
      to: 'CLOSED, OPEN or HALF_OPEN',
    },
  },
  VenueHalted: {
    description: 'A venue banned this installation: nothing is sent to it until then, over restarts too.',
    payload: {
      venue: 'name',
      until: 'epoch ms',
      reason: 'ADDRESS_BANNED, FIREWALL or the words of the adapter',
      status: 'HTTP status of the answer',
    },
  },
  VenueResumed: {
    description: 'A halt has ended, by time or because somebody lifted it.',
    payload: { venue: 'name' },
  },
  VenuePaused: {
    description: 'A venue told us to slow down; but for a few cancels, calls wait until then.',
    payload: {
      venue: 'name',
      scope: 'ADDRESS or CREDENTIAL',
      credentialId: 'id of the key, or null where the pause is for all',
      untilMs: 'epoch ms',
    },
  },
  VenueClockUnsafe: {
    description:
      'The clock of a venue is not known well enough for its validity window: no entries are sent.',
    payload: {
      venue: 'name',
      offsetMs: 'venue minus this machine, or null while unknown',
      uncertaintyMs: 'or null while unknown',
    },
  },
  VenueClockSafe: {
    description: 'The clock of a venue is known well enough again.',
    payload: { venue: 'name', offsetMs: 'venue minus this machine', uncertaintyMs: 'how wrong that may be' },
  },
  VenueEndpointChanged: {
    description: 'An endpoint of a venue failed and others are used, or it works again.',
    payload: { venue: 'name', endpoint: 'its URL', healthy: 'true or false' },
  },
});

export type VenueEventType = keyof typeof venueEvents;
