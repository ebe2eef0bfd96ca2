import type { Clock } from '@sextant/kernel';
import type { CallBudget } from '../../domain/channel/call-budget.js';
import type { CallIntent } from '../../domain/channel/call-intent.js';
import type { NotSent } from '../../domain/channel/venue-answer.js';
import type { Admission, Ticket } from './admission.js';
import type { SharedBudget } from './shared-budget.js';

interface CallGateParts {
  clock: Clock;
  admission: Admission;
  budget: CallBudget;
  /** Null without Redis. */
  shared: SharedBudget | null;
  queueWaitMs: number;
}

/** Admission by this process, and by all of them together where they share their budgets. */
export class CallGate {
  constructor(private readonly parts: CallGateParts) {}

  enter(intent: CallIntent): Ticket | NotSent | Promise<Ticket | NotSent> {
    const { admission, shared } = this.parts;
    const entered = admission.enter(intent);
    return shared === null ? entered : this.enterShared(intent, shared, entered);
  }

  /** Nothing of the call left this process. */
  unused(ticket: Ticket): void {
    ticket.refund();
    void this.parts.shared?.giveBack(ticket.charge);
  }

  /** What the other processes have spent closes our windows until they have room again. */
  private async enterShared(
    intent: CallIntent,
    shared: SharedBudget,
    entered: ReturnType<Admission['enter']>,
  ): Promise<Ticket | NotSent> {
    const { clock, admission, budget, queueWaitMs } = this.parts;
    const deadlineMs = clock.monotonicMs() + (intent.waitMs ?? queueWaitMs);
    for (let ticket = await entered; ;) {
      if (ticket.kind === 'NOT_SENT') return ticket;
      const waitMs = await shared.take(ticket.charge, intent.class, budget);
      if (waitMs === 0) return ticket;
      const nowMs = clock.monotonicMs();
      ticket.refund();
      for (const { window } of ticket.charge.lines) window.closeUntil(nowMs + waitMs);
      ticket = await admission.enter({ ...intent, waitMs: Math.max(0, deadlineMs - nowMs) });
    }
  }
}
