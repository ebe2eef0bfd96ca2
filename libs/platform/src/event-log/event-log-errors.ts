import { defineErrors } from '@sextant/kernel';

export const eventLogErrors = defineErrors({
  CONSUMER_UNKNOWN: {
    kind: 'NOT_FOUND',
    title: 'No such consumer',
    description: 'No event consumer of this name runs in this process.',
  },
  CONSUMER_NOT_REPLAYABLE: {
    kind: 'REFUSED',
    title: 'Consumer cannot be replayed',
    description:
      'The consumer does not say how its effect is removed, so handling all events again would double it.',
  },
  CONSUMER_STREAM_NOT_PARKED: {
    kind: 'CONFLICT',
    title: 'Stream is not parked',
    description: 'Only a stream that a consumer has parked can be resumed or stepped over.',
  },
});
