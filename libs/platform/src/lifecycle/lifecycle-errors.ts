import { defineErrors } from '@sextant/kernel';

export const lifecycleErrors = defineErrors({
  SYSTEM_NOT_READY: {
    kind: 'UNAVAILABLE',
    title: 'Not ready',
    description:
      'The process is starting, stopping, or one of its components is DOWN; `/api/system/health` says which.',
    retryable: true,
  },
});
