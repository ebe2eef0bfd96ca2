export const executionStatuses = [
  'SCHEDULED',
  'RUNNING',
  'PAUSED',
  'COMPLETED',
  'CANCELED',
  'FAILED',
] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

/** RESUME goes on with one that had started, AWAIT with one that had not. */
export type ExecutionTrigger = 'START' | 'PAUSE' | 'RESUME' | 'AWAIT' | 'COMPLETE' | 'CANCEL' | 'FAIL';

type Row = Readonly<Partial<Record<ExecutionTrigger, ExecutionStatus>>>;

const ending = { COMPLETE: 'COMPLETED', CANCEL: 'CANCELED', FAIL: 'FAILED' } as const;

/** The whole life of an execution. What is not here does not happen. */
export const executionTransitions: Readonly<Record<ExecutionStatus, Row>> = {
  SCHEDULED: { START: 'RUNNING', PAUSE: 'PAUSED', ...ending },
  RUNNING: { PAUSE: 'PAUSED', ...ending },
  PAUSED: { RESUME: 'RUNNING', AWAIT: 'SCHEDULED', ...ending },
  COMPLETED: {},
  CANCELED: {},
  FAILED: {},
};

/** True when it sends nothing any more. */
export function hasEnded(status: ExecutionStatus): boolean {
  return Object.keys(executionTransitions[status]).length === 0;
}

/** @throws Error when the table has no such transition: a bug in the caller, never a client's mistake. */
export function nextExecutionStatus(status: ExecutionStatus, trigger: ExecutionTrigger): ExecutionStatus {
  const next = executionTransitions[status][trigger];
  if (next === undefined) throw new Error(`an execution that is ${status} cannot ${trigger}`);
  return next;
}
