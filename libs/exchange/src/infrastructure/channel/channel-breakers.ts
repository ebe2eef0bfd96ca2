import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhenResult } from 'cockatiel';
import type { CircuitBreakerPolicy } from 'cockatiel';
import type { Clock } from '@sextant/kernel';
import { isVenueFailure } from '../../domain/channel/answer-class.js';
import { CALL_CLASSES, isUrgent } from '../../domain/channel/call-intent.js';
import type { CallClass } from '../../domain/channel/call-intent.js';
import type { BreakerState } from '../../domain/channel/channel-state.js';
import type { VenueAnswer } from '../../domain/channel/venue-answer.js';

export interface BreakerLimits {
  failures: number;
  halfOpenMs: number;
  urgentHalfOpenMs: number;
}

export type OnBreakerChange = (callClass: CallClass, from: BreakerState, to: BreakerState) => void;

interface Breaker {
  policy: CircuitBreakerPolicy;
  state: BreakerState;
  openedMs: number;
  lastFailure: string;
  halfOpenMs: number;
}

const STATES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'CLOSED',
  [CircuitState.Open]: 'OPEN',
  [CircuitState.HalfOpen]: 'HALF_OPEN',
  [CircuitState.Isolated]: 'OPEN',
};

/** A breaker for each class of calls, so that failing entries never stop a cancel. */
export class ChannelBreakers {
  private readonly breakers: Readonly<Record<CallClass, Breaker>>;

  constructor(
    private readonly clock: Clock,
    private readonly limits: BreakerLimits,
    private readonly onChange: OnBreakerChange,
  ) {
    this.breakers = Object.fromEntries(
      CALL_CLASSES.map((callClass) => [callClass, this.make(callClass)]),
    ) as unknown as Record<CallClass, Breaker>;
  }

  stateOf(callClass: CallClass): BreakerState {
    return this.breakers[callClass].state;
  }

  states(): Record<CallClass, BreakerState> {
    const entries = CALL_CLASSES.map((callClass) => [callClass, this.stateOf(callClass)]);
    return Object.fromEntries(entries) as Record<CallClass, BreakerState>;
  }

  /**
   * How long until a call may be tried; 0 when one may go now. A second one while the first is tried waits as
   * long again.
   */
  waitMs(callClass: CallClass): number {
    const { state, openedMs, halfOpenMs } = this.breakers[callClass];
    if (state === 'CLOSED') return 0;
    if (state === 'HALF_OPEN') return halfOpenMs;
    return Math.max(0, openedMs + halfOpenMs - this.clock.monotonicMs());
  }

  /** What the last call that failed met with, for whoever is told that the breaker is open. */
  lastFailure(callClass: CallClass): string {
    return this.breakers[callClass].lastFailure;
  }

  /** Runs the call and counts what becomes of it; only when `waitMs` is 0. */
  run(callClass: CallClass, call: () => Promise<VenueAnswer>): Promise<VenueAnswer> {
    return this.breakers[callClass].policy.execute(call);
  }

  private make(callClass: CallClass): Breaker {
    // Live prices wait for public data: no order can be judged before.
    const isAwaited = isUrgent(callClass) || callClass === 'DATA';
    const halfOpenMs = isAwaited ? this.limits.urgentHalfOpenMs : this.limits.halfOpenMs;
    const breaker: Breaker = {
      state: 'CLOSED',
      openedMs: 0,
      lastFailure: '',
      halfOpenMs,
      policy: undefined as never,
    };
    const speaksAgainst = (result: unknown): boolean => {
      const answer = result as VenueAnswer;
      if (isVenueFailure(answer)) breaker.lastFailure = failureOf(answer);
      // A trial that never reached the venue proves nothing: the breaker stays open.
      return isVenueFailure(answer) || (breaker.state === 'HALF_OPEN' && answer.kind === 'NOT_SENT');
    };
    breaker.policy = circuitBreaker(handleWhenResult(speaksAgainst), {
      breaker: new ConsecutiveBreaker(this.limits.failures),
      halfOpenAfter: { next: () => this.monotonicPause(breaker) },
    });
    breaker.policy.onStateChange((state) => {
      const from = breaker.state;
      breaker.state = STATES[state];
      this.onChange(callClass, from, breaker.state);
    });
    return breaker;
  }

  /**
   * cockatiel measures by the wall clock; a wall clock that is set must not keep a breaker open, nor close
   * it.
   */
  private monotonicPause(breaker: Breaker) {
    breaker.openedMs = this.clock.monotonicMs();
    const isOver = (): boolean => this.clock.monotonicMs() >= breaker.openedMs + breaker.halfOpenMs;
    const pause = {
      get duration(): number {
        return isOver() ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
      },
      next: () => this.monotonicPause(breaker),
    };
    return pause;
  }
}

function failureOf(answer: VenueAnswer): string {
  return answer.kind === 'ANSWER' ? `status ${answer.status}` : `${answer.code}: ${answer.detail}`;
}
