import { defineEvents } from '@sextant/contracts';

const job = {
  jobId: 'job id',
  tenantId: 'tenant id',
  kind: 'what sort of work',
  accountId: 'the account it is about, or null',
};

export const jobEvents = defineEvents({
  JobQueued: { description: 'Somebody started long work.', payload: job },
  JobCompleted: {
    description: 'Long work came to its end.',
    payload: { ...job, attempts: 'how often a process began with it' },
  },
  JobFailed: {
    description: 'Long work was given up; the job keeps its error and its checkpoint.',
    payload: {
      ...job,
      attempts: 'how often a process began with it',
      code: 'error code',
      detail: 'the error',
    },
  },
  JobCanceled: {
    description: 'Long work was ended on request.',
    payload: { ...job, attempts: 'how often a process began with it' },
  },
});
