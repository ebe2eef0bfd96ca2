import { jobStatuses } from '@sextant/platform';
import type { Job } from '@sextant/platform';
import { Field } from '../http/index.js';

const AN_HOUR = '2026-01-01T00:00:00.000Z';

const isoOrNull = (epochMs: number | null) => (epochMs === null ? null : new Date(epochMs).toISOString());

export class JobErrorAnswer {
  @Field.text({ description: 'An error code.', example: 'VENUE_UNAVAILABLE' })
  code!: string;

  @Field.text({ description: 'What happened.', example: 'The venue did not answer.', maxLength: 2_000 })
  detail!: string;
}

export class JobAnswer {
  @Field.id('job', { description: 'Id of the job.' })
  id!: string;

  @Field.text({ description: 'What sort of work.', example: 'PORTFOLIO_IMPORT' })
  kind!: string;

  @Field.id('acc', { description: 'The account it is about, or null.', nullable: true })
  accountId!: string | null;

  @Field.choice(jobStatuses, {
    description:
      'QUEUED: waits for a process, or for its next attempt. RUNNING: a process works on it. The others are final.',
    example: 'RUNNING',
  })
  status!: string;

  @Field.fraction({ description: 'How far it is, a fraction from 0 to 1: an estimate.', example: 0.4 })
  progress!: number;

  @Field.facts({ description: 'What was asked for.', example: {} })
  input!: object;

  @Field.facts({ description: 'What it came to; null until COMPLETED.', nullable: true, example: null })
  result!: object | null;

  @Field.object(() => JobErrorAnswer, {
    description: 'Why it FAILED, or what its last attempt came to while another one follows.',
    nullable: true,
    example: { code: 'VENUE_UNAVAILABLE', detail: 'The venue did not answer.' },
  })
  error!: JobErrorAnswer | null;

  @Field.facts({
    description: 'Where it goes on after an interruption.',
    nullable: true,
    example: null,
  })
  checkpoint!: object | null;

  @Field.integer({ description: 'How often a process began to work on it.', example: 1 })
  attempts!: number;

  @Field.time({
    description: 'When its end was asked for; CANCELED follows as soon as the work has seen it.',
    nullable: true,
    example: null,
  })
  cancelRequestedAt!: string | null;

  @Field.time({ description: 'When it was asked for.', example: AN_HOUR })
  createdAt!: string;

  @Field.time({ description: 'When the first process began.', nullable: true, example: AN_HOUR })
  startedAt!: string | null;

  @Field.time({ description: 'When it ended.', nullable: true, example: null })
  endedAt!: string | null;

  static of(this: void, job: Job): JobAnswer {
    const { jobId, kind, accountId, status, progress, input, result, error, checkpoint, attempts } = job;
    return {
      ...{ id: jobId, kind, accountId, status, progress, input, result, error, checkpoint, attempts },
      cancelRequestedAt: isoOrNull(job.cancelRequestedAt),
      createdAt: new Date(job.createdAt).toISOString(),
      startedAt: isoOrNull(job.startedAt),
      endedAt: isoOrNull(job.endedAt),
    };
  }
}
