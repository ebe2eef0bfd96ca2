import { defineEvents } from '@sextant/contracts';

export const configEvents = defineEvents({
  ConfigChanged: {
    description: 'An administrator changed a dynamic key at run time, or took the change back.',
    payload: {
      key: 'the key, such as app.logLevel',
      from: 'the value before, as JSON',
      to: 'the value after, as JSON',
      overridden: 'true while an override holds; false when it was removed',
    },
  },
});
