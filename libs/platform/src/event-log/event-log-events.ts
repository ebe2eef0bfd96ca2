import { defineEvents } from '@sextant/contracts';

const parkedStream = {
  consumer: 'name of the consumer',
  streamId: 'stream id',
  sequence: 'sequence of the event',
};

export const eventLogEvents = defineEvents({
  ConsumerStreamParked: {
    description:
      'A consumer gave up an event after its last attempt and handles no later event of that stream.',
    payload: { ...parkedStream, attempts: 'number of attempts', error: 'the last error' },
  },
  ConsumerReplayed: {
    description: 'An operator had the effect of a consumer removed; it handles every event again.',
    payload: { consumer: 'name of the consumer' },
  },
  ConsumerStreamResumed: {
    description: 'An operator let a consumer try a parked stream again.',
    payload: parkedStream,
  },
  ConsumerEventSteppedOver: {
    description: 'An operator made a consumer leave out the event that parked its stream.',
    payload: parkedStream,
  },
});
