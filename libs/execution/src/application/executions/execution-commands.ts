import type { Caller, RequestKey } from '../account/commands-of-account.js';
import type { ExecutionRequest } from './execution-request.js';
import type { ExecutionView } from './execution-view.js';

export type StartExecutionPayload = {
  request: ExecutionRequest;
  /** Weights by the venue's history for a VWAP that brings none; null where there is none. */
  hourlyVolume: { openTime: number; volume: number }[];
  once: RequestKey;
  caller: Caller;
};

export type PreviewExecutionPayload = Pick<StartExecutionPayload, 'request' | 'hourlyVolume'>;

export type ExecutionChange = 'PAUSE' | 'RESUME' | 'CANCEL';

export type ChangeExecutionPayload = {
  executionId: string;
  change: ExecutionChange;
  /** PAUSE: the order at the venue is cancelled too. */
  cancelsResting: boolean;
  once: RequestKey;
  caller: Caller;
};

/** `replayed`: the same request came before; `status` and `execution` are what it was answered. */
export type ExecutionResult = { status: number; execution: ExecutionView; replayed: boolean };

/** The commands of an owned account that concern executions. */
export const executionCommands = {
  start: 'StartExecution',
  change: 'ChangeExecution',
  preview: 'PreviewExecution',
} as const;
