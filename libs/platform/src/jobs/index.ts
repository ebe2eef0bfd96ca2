import type { DatabaseModel } from '../database/index.js';
import { CreateJobEngine1763701500000 } from './migrations/create-job-engine.js';
import { CreateJob1763701501000 } from './migrations/create-job.js';

export { isEnded, jobStatuses } from './job.js';
export type { Job, JobError, JobId, JobStatus } from './job.js';
export { JobEngine } from './job-engine.js';
export { jobErrors } from './job-errors.js';
export { jobEvents } from './job-events.js';
export { JobFailure, JobHandler, JobStopped, TryLater } from './job-handler.js';
export type { JobRun, StopReason } from './job-handler.js';
export { JobRegistry } from './job-registry.js';
export { JobWork } from './job-work.js';
export type { JobWorkParts } from './job-work.js';
export { Jobs } from './jobs.js';
export type { JobFilter, JobOrder } from './jobs.js';
export { PgBossEngine } from './pg-boss-engine.js';

export const jobModel: DatabaseModel = {
  entities: [],
  migrations: [CreateJobEngine1763701500000, CreateJob1763701501000],
};
