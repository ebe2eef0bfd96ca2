export { jobAccepted } from './job-accepted.js';
export { JobAnswer } from './job-answers.js';
export { JobsModule } from './jobs.module.js';
