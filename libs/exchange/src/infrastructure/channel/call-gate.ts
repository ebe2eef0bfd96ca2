import type { Clock } from '@sextant/kernel';
import type { CallBudget } from '../../domain/channel/call-budget.js';
import type { CallIntent } from '../../domain/channel/call-intent.js';
import type { NotSent } from '../../domain/channel/venue-answer.js';
import type { Admission, Ticket } from './admission.js';
import type { SharedBudget, SharedCharge } from './shared-budget.js';

interface CallGateParts {
  clock: Clock;
  admission: Admission;
  budget: CallBudget;
  /** Null without Redis. */
  shared: SharedBudget | null;
  queueWaitMs: number;
  /** How long a call is under way at most, where its intent does not say. */
  timeoutMs: number;
}

/** Admission by this process, and by all of them together where they share their budgets. */
export class CallGate {
  constructor(private readonly parts: CallGateParts) {}

  enter(intent: CallIntent): Ticket | NotSent | Promise<Ticket | NotSent> {
    const { admission, shared } = this.parts;
    const entered = admission.enter(intent);
    return shared === null ? entered : this.enterShared(intent, shared, entered);
  }

  /** What the other processes have spent closes our windows until they have room again. */
  private async enterShared(
    intent: CallIntent,
    shared: SharedBudget,
    entered: ReturnType<Admission['enter']>,
  ): Promise<Ticket | NotSent> {
    const { clock, admission, budget, queueWaitMs, timeoutMs } = this.parts;
    const deadlineMs = clock.monotonicMs() + (intent.waitMs ?? queueWaitMs);
    for (let ticket = await entered; ;) {
      if (ticket.kind === 'NOT_SENT') return ticket;
      const taken = await shared.take(ticket.charge, intent, budget, intent.timeoutMs ?? timeoutMs);
      if (taken === null) return ticket;
      if (typeof taken !== 'number') return onBoth(ticket, shared, taken);
      const nowMs = clock.monotonicMs();
      ticket.refund();
      for (const { window } of ticket.charge.lines) window.closeUntil(nowMs + taken);
      ticket = await admission.enter({ ...intent, waitMs: Math.max(0, deadlineMs - nowMs) });
    }
  }
}

/** Ends in both places what was taken in both. */
function onBoth(ticket: Ticket, shared: SharedBudget, taken: SharedCharge): Ticket {
  let isOver = false;
  const end = (wasCounted: boolean): void => {
    if (!isOver) void shared.end(taken, wasCounted);
    isOver = true;
  };
  return {
    ...ticket,
    settle: () => {
      ticket.settle();
      end(true);
    },
    refund: () => {
      ticket.refund();
      end(false);
    },
  };
}
