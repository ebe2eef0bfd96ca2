import { defineEvents } from '@sextant/contracts';

export const lifecycleEvents = defineEvents({
  SystemStarted: {
    description: 'A process started all of its components.',
    payload: {
      components: 'list of their names',
      startMs: 'how long that took',
      process: 'app, host and pid',
    },
  },
  SystemStopping: {
    description: 'A running process was told to stop.',
    payload: { reason: 'a signal, or STOP', process: 'app, host and pid' },
  },
  ComponentHealthChanged: {
    description: 'A component is UP, DEGRADED or DOWN and was not before.',
    payload: {
      component: 'name',
      from: 'status',
      to: 'status',
      detail: 'text or null',
      process: 'app, host and pid',
    },
  },
  ComponentFailed: {
    description: 'A component did not start, or did not stop in time.',
    payload: { component: 'name', phase: 'START or STOP', process: 'app, host and pid' },
  },
});
