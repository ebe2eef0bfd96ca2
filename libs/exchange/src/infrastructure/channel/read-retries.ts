import { handleWhenResult, retry } from 'cockatiel';
import { failureClassOf } from '../../domain/channel/answer-class.js';
import type { FailureClass } from '../../domain/channel/answer-class.js';
import type { VenueAnswer } from '../../domain/channel/venue-answer.js';

export interface RetryLimits {
  /** Repetitions by what went wrong. */
  retries: Readonly<Record<FailureClass, number>>;
  retryFirstMs: number;
  retryLongestMs: number;
}

/**
 * Repeats a read that failed, as often as its kind of failure allows; pauses are random up to a doubling
 * bound ("full jitter").
 */
export class ReadRetries {
  private readonly most: number;

  constructor(
    private readonly limits: RetryLimits,
    private readonly random: () => number,
  ) {
    const { NETWORK, RATE_LIMIT, BUSY, AUTH } = limits.retries;
    this.most = NETWORK + RATE_LIMIT + BUSY + AUTH;
  }

  /** @param attempt is called for each try, the first included; never for anything but a read. */
  run(attempt: () => Promise<VenueAnswer>, onRetry: () => void): Promise<VenueAnswer> {
    const left = { ...this.limits.retries };
    const policy = retry(
      handleWhenResult((result) => mayRepeat(left, result as VenueAnswer)),
      { maxAttempts: this.most, backoff: { next: ({ attempt: number }) => this.pause(number) } },
    ).dangerouslyUnref();
    return policy.execute(({ attempt: number }) => {
      if (number > 0) onRetry();
      return attempt();
    });
  }

  private pause(attempt: number) {
    const bound = Math.min(this.limits.retryFirstMs * 2 ** (attempt - 1), this.limits.retryLongestMs);
    return {
      duration: Math.floor(this.random() * bound),
      next: (context: { attempt: number }) => this.pause(context.attempt),
    };
  }
}

/** Counts one repetition of its kind. */
function mayRepeat(left: Record<FailureClass, number>, answer: VenueAnswer): boolean {
  const failure = failureClassOf(answer);
  if (failure === null || left[failure] <= 0) return false;
  left[failure] -= 1;
  return true;
}
