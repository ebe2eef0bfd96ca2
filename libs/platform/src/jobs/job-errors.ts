import { defineErrors } from '@sextant/kernel';

export const jobErrors = defineErrors({
  JOB_NOT_FOUND: {
    kind: 'NOT_FOUND',
    title: 'No such job',
    description: 'There is no job of this id among yours; ended ones are forgotten after jobs.keepDays.',
  },
  JOB_ALREADY_ENDED: {
    kind: 'CONFLICT',
    title: 'Job has ended',
    description: 'A job that is COMPLETED or FAILED cannot be cancelled.',
  },
  JOB_ALREADY_RUNNING: {
    kind: 'CONFLICT',
    title: 'Such a job is under way',
    description:
      'Only one job of this kind may be under way for the same thing. The problem carries the id of that one in `jobId`.',
  },
  JOB_ABANDONED: {
    kind: 'UNAVAILABLE',
    title: 'Job given up',
    description:
      'Every attempt at the job ended without a step forward and without an answer: its process died, or stood still. ' +
      'The log of those processes has the reason. Start it anew when that is mended.',
  },
  JOB_BROKEN: {
    kind: 'UNAVAILABLE',
    title: 'Job failed on an error of ours',
    description:
      'The work ended on an error that nobody foresaw, on every attempt. The log has it under the id of the job.',
  },
});
