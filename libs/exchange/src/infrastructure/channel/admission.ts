import type { Clock } from '@sextant/kernel';
import type { Timers } from '@sextant/platform';
import type { BudgetLine, CallBudget, Charge } from '../../domain/channel/call-budget.js';
import { CALL_CLASSES, isUrgent, priorityOf } from '../../domain/channel/call-intent.js';
import type { CallIntent } from '../../domain/channel/call-intent.js';
import type { Pauses } from '../../domain/channel/pauses.js';
import type { NotSent, NotSentCode } from '../../domain/channel/venue-answer.js';
import type { Lanes } from './lanes.js';

/** A call that may go now. Exactly one of `settle` and `refund` must follow. */
export interface Ticket {
  kind: 'TICKET';
  charge: Charge;
  /** The venue counted the call, or may have. */
  settle(): void;
  /** Nothing left. */
  refund(): void;
}

interface Waiter {
  intent: CallIntent;
  resolve: (result: Ticket | NotSent) => void;
  cancelTimeout: () => void;
}

interface AdmissionParts {
  clock: Clock;
  timers: Timers;
  budget: CallBudget;
  pauses: Pauses;
  lanes: Lanes;
  queueLength: number;
  queueWaitMs: number;
  /** Why no call of this class may go at all now; null when it may. */
  refusal: (intent: CallIntent) => NotSent | null;
}

/**
 * Who goes next. By class, then in order of arrival; a call that waits for a limit lets pass who does not
 * need that limit, and nobody else, so that many light calls never starve a heavy one, nor data a cancel.
 */
export class Admission {
  private readonly queues: Waiter[][] = CALL_CLASSES.map(() => []);
  private waiting = 0;
  private cancelWake: () => void = () => undefined;
  private isPumpDue = false;

  constructor(private readonly parts: AdmissionParts) {}

  get queued(): number {
    return this.waiting;
  }

  enter(intent: CallIntent): Ticket | NotSent | Promise<Ticket | NotSent> {
    const refusal = this.parts.refusal(intent) ?? this.hopeless(intent);
    if (refusal !== null) return refusal;
    if (this.waiting === 0) {
      const ticket = this.tryNow(intent);
      if (ticket !== null) return ticket;
    }
    if (this.waiting >= this.parts.queueLength) {
      return notSent('QUEUE_FULL', `${this.waiting} calls wait for this venue`, null);
    }
    return new Promise((resolve) => {
      this.queueUp(intent, resolve);
    });
  }

  /** Whether waiters may go at all has changed: those who may not are told so now. */
  recheck(): void {
    for (const queue of this.queues) {
      for (const waiter of [...queue]) {
        const refusal = this.parts.refusal(waiter.intent);
        if (refusal !== null) this.leave(waiter, refusal);
      }
    }
    this.pump();
  }

  /** Lets go who may: after an answer, at the end of a pause, when tokens have come back. */
  pump(): void {
    if (this.waiting === 0) return this.cancelWake();
    const blocked = new Set<BudgetLine>();
    let wakeInMs = Number.POSITIVE_INFINITY;
    for (const [index, callClass] of CALL_CLASSES.entries()) {
      for (const waiter of [...(this.queues[index] ?? [])]) {
        // Urgent classes come first: without room for this one there is none for those behind it.
        if (!this.parts.lanes.hasRoom(isUrgent(callClass))) return this.wakeIn(wakeInMs);
        const result = this.parts.refusal(waiter.intent) ?? this.tryPast(waiter.intent, blocked);
        if (typeof result === 'number') wakeInMs = Math.min(wakeInMs, result);
        else this.leave(waiter, result);
      }
    }
    this.wakeIn(wakeInMs);
  }

  private queueUp(intent: CallIntent, resolve: Waiter['resolve']): void {
    const { timers, queueWaitMs } = this.parts;
    const waiter: Waiter = { intent, resolve, cancelTimeout: () => undefined };
    waiter.cancelTimeout = timers.setTimer(intent.waitMs ?? queueWaitMs, () => {
      this.leave(waiter, this.tooLate(intent));
      this.pump();
    });
    this.queues[priorityOf(intent.class)]?.push(waiter);
    this.waiting += 1;
    this.pump();
  }

  private leave(waiter: Waiter, result: Ticket | NotSent): void {
    const queue = this.queues[priorityOf(waiter.intent.class)] ?? [];
    const index = queue.indexOf(waiter);
    if (index < 0) return;
    queue.splice(index, 1);
    this.waiting -= 1;
    waiter.cancelTimeout();
    waiter.resolve(result);
  }

  /** A call that waiting does not help, or not in time. */
  /** Why it would wait in vain; null when it would not. */
  hopeless(intent: CallIntent): NotSent | null {
    const { budget, pauses, clock, queueWaitMs } = this.parts;
    if (budget.isTooHeavy(intent)) {
      return notSent('WEIGHT_TOO_LARGE', `a weight of ${intent.weight} is more than a whole limit`, null);
    }
    const pauseMs = pauses.waitMs(intent, clock.monotonicMs());
    if (pauseMs <= (intent.waitMs ?? queueWaitMs)) return null;
    return notSent('PAUSED', 'the venue told us to wait', pauseMs);
  }

  private tooLate(intent: CallIntent): NotSent {
    const waitMs = this.parts.budget.waitMs(intent, this.parts.clock.monotonicMs());
    const retryAfterMs = Number.isFinite(waitMs) && waitMs > 0 ? Math.ceil(waitMs) : null;
    return notSent('QUEUE_TIMEOUT', 'no budget or connection in time', retryAfterMs);
  }

  private tryNow(intent: CallIntent): Ticket | null {
    const { budget, pauses, lanes, clock } = this.parts;
    const nowMs = clock.monotonicMs();
    const urgent = isUrgent(intent.class);
    if (!lanes.hasRoom(urgent) || pauses.waitMs(intent, nowMs) > 0) return null;
    if (budget.obstacle(intent, nowMs) !== null) return null;
    pauses.spend(intent, nowMs);
    return this.ticket(budget.take(intent), lanes.enter(urgent));
  }

  /**
   * The same for one of those who wait; the limit that it waits for is closed to everybody behind it.
   * @returns after how many milliseconds it is worth looking again, when it may not go.
   */
  private tryPast(intent: CallIntent, blocked: Set<BudgetLine>): Ticket | number {
    const { budget, pauses, clock } = this.parts;
    if (budget.linesOf(intent).some((line) => blocked.has(line))) return Number.POSITIVE_INFINITY;
    const ticket = this.tryNow(intent);
    if (ticket !== null) return ticket;
    const nowMs = clock.monotonicMs();
    const obstacle = budget.obstacle(intent, nowMs);
    if (obstacle !== null) blocked.add(obstacle);
    return Math.max(pauses.waitMs(intent, nowMs), budget.waitMs(intent, nowMs));
  }

  private ticket(charge: Charge, leaveLane: () => void): Ticket {
    const { budget, clock } = this.parts;
    let isOver = false;
    const end = (account: () => void): void => {
      if (isOver) return;
      isOver = true;
      account();
      leaveLane();
      this.pumpSoon();
    };
    return {
      kind: 'TICKET',
      charge,
      settle: () => end(() => budget.settle(charge, clock.monotonicMs())),
      refund: () => end(() => budget.refund(charge)),
    };
  }

  /** cockatiel frees a place in a later microtask; and many answers of one turn need one look only. */
  private pumpSoon(): void {
    if (this.waiting === 0 || this.isPumpDue) return;
    this.isPumpDue = true;
    setImmediate(() => {
      this.isPumpDue = false;
      this.pump();
    });
  }

  private wakeIn(delayMs: number): void {
    this.cancelWake();
    if (!Number.isFinite(delayMs)) return;
    this.cancelWake = this.parts.timers.setTimer(Math.max(1, Math.ceil(delayMs)), () => this.pump());
  }
}

export function notSent(code: NotSentCode, detail: string, retryAfterMs: number | null): NotSent {
  return { kind: 'NOT_SENT', code, detail, retryAfterMs };
}
