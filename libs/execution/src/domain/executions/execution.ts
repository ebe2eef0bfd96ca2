import type { ExecutionEventType, JsonObject } from '@sextant/contracts';
import { Aggregate, formatScaled } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import type { Reason } from '../order-snapshot.js';
import { executionTransitions, hasEnded, nextExecutionStatus } from './execution-status.js';
import type { ExecutionTrigger } from './execution-status.js';
import type { ExecutionSnapshot, ExecutionTerms, PlannedSlice } from './execution-terms.js';

/** Something that happened to an execution; the payload's fields stand in the event catalogue. */
export interface ExecutionEvent {
  readonly type: ExecutionEventType;
  readonly payload: JsonObject;
}

/** What its orders have come to, for the log. */
export interface Done {
  filledLots: number;
  /** An order of it is not over. */
  hasLiveChild: boolean;
}

const endingEvent = {
  COMPLETE: 'ExecutionCompleted',
  CANCEL: 'ExecutionCanceled',
  FAIL: 'ExecutionFailed',
} as const;

const onRequest: Reason = { code: 'CANCELED_ON_REQUEST', detail: 'Cancelled as asked for.' };

/**
 * A quantity that is worked off in slices. It knows its plan and whether it runs; how far it has come is the sum over its
 * orders, which is kept nowhere else. Status only moves along `executionTransitions`.
 */
export class Execution extends Aggregate<ExecutionEvent> {
  private constructor(private state: ExecutionSnapshot) {
    super();
  }

  static create(terms: ExecutionTerms, schedule: readonly PlannedSlice[], now: EpochMs): Execution {
    const execution = new Execution({
      ...terms,
      schedule,
      status: 'SCHEDULED',
      reason: null,
      waiting: null,
      cancelsResting: false,
      arrivalUnits: null,
      createdAt: now,
      startedAt: null,
      updatedAt: now,
      closedAt: null,
      version: 1,
    });
    execution.emit('ExecutionCreated', execution.asked());
    return execution;
  }

  static fromSnapshot(snapshot: ExecutionSnapshot): Execution {
    return new Execution(snapshot);
  }

  get snapshot(): ExecutionSnapshot {
    return this.state;
  }

  get hasEnded(): boolean {
    return hasEnded(this.state.status);
  }

  can(trigger: ExecutionTrigger): boolean {
    return executionTransitions[this.state.status][trigger] !== undefined;
  }

  /** Its time has come and there is a market: `arrivalUnits` is the mid that its cost is measured against. */
  start(arrivalUnits: bigint, now: EpochMs): void {
    this.move('START', now, { startedAt: now, arrivalUnits, waiting: null });
    this.emit('ExecutionStarted', { arrivalPrice: formatScaled(arrivalUnits) });
  }

  /** It is running and sends nothing. */
  waitFor(code: string, since: EpochMs, now: EpochMs): void {
    if (this.hasEnded || this.state.waiting?.code === code) return;
    this.touch(now, { waiting: { code, since } });
    this.emit('ExecutionWaiting', { waitingFor: code, since });
  }

  /** It sends again. Told by the order that it sends, in the same commit. */
  goOn(now: EpochMs): void {
    if (this.state.waiting !== null) this.touch(now, { waiting: null });
  }

  /** No new slices; with `cancelsResting` the one at the venue is cancelled too. Its end does not move. */
  pause(cancelsResting: boolean, now: EpochMs): void {
    this.move('PAUSE', now, { cancelsResting, waiting: null });
    this.emit('ExecutionPaused', { cancelsResting });
  }

  resume(now: EpochMs): void {
    this.move(this.state.startedAt === null ? 'AWAIT' : 'RESUME', now, { cancelsResting: false });
    this.emit('ExecutionResumed', {});
  }

  complete(reason: Reason | null, done: Done, now: EpochMs): void {
    this.end('COMPLETE', reason, done, now);
  }

  cancel(done: Done, now: EpochMs, reason: Reason = onRequest): void {
    this.end('CANCEL', reason, done, now);
  }

  fail(reason: Reason, done: Done, now: EpochMs): void {
    this.end('FAIL', reason, done, now);
  }

  /** It had ended, and now its last order has. */
  close(done: Done, now: EpochMs): void {
    if (this.state.closedAt !== null) return;
    this.touch(now, { closedAt: now });
    this.emit('ExecutionClosed', { filledQuantity: this.decimalLots(done.filledLots) });
  }

  private end(
    trigger: 'COMPLETE' | 'CANCEL' | 'FAIL',
    reason: Reason | null,
    done: Done,
    now: EpochMs,
  ): void {
    this.move(trigger, now, { reason, waiting: null, closedAt: done.hasLiveChild ? null : now });
    this.emit(endingEvent[trigger], {
      reason: reason && { ...reason },
      filledQuantity: this.decimalLots(done.filledLots),
    });
  }

  private move(trigger: ExecutionTrigger, now: EpochMs, changes: Partial<ExecutionSnapshot>): void {
    const status = nextExecutionStatus(this.state.status, trigger);
    this.touch(now, { ...changes, status });
  }

  private touch(now: EpochMs, changes: Partial<ExecutionSnapshot>): void {
    this.state = { ...this.state, ...changes, updatedAt: now, version: this.state.version + 1 };
  }

  private emit(type: ExecutionEventType, payload: JsonObject): void {
    const { executionId, symbol, side, algorithm, status, version } = this.state;
    this.record({ type, payload: { executionId, symbol, side, algorithm, status, version, ...payload } });
  }

  private asked(): JsonObject {
    const { lots, limitTicks, tickUnits, startAt, endAt, urgency, schedule, seed, strategy } = this.state;
    return {
      quantity: this.decimalLots(lots),
      limitPrice: limitTicks === null ? null : formatScaled(BigInt(limitTicks) * tickUnits),
      startAt,
      endAt,
      urgency,
      slices: schedule.length,
      seed,
      strategy,
    };
  }

  private decimalLots(lots: number): string {
    return formatScaled(BigInt(lots) * this.state.stepUnits);
  }
}
