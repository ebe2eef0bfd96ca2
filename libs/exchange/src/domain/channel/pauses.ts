import type { CallIntent } from './call-intent.js';

interface Pause {
  untilMs: number;
  /** Calls that reduce risk which may still go. */
  allowance: number;
}

const ADDRESS = '';
const FIRST_PAUSE_MS = 1_000;
const LONGEST_UNTOLD_MS = 60_000;

/**
 * The venue said "too fast": the address, or the key, says nothing until then, but for a few cancels and
 * protective orders. Where the venue does not say how long, pauses double. Times are monotonic ms.
 */
export class Pauses {
  private readonly pauses = new Map<string, Pause>();
  private inARow = 0;

  /** @param allowance calls of the classes CANCEL and PROTECTIVE that each pause lets through. */
  constructor(private readonly allowance: number) {}

  /** @returns until when. */
  begin(credentialId: string | null, waitMs: number | null, nowMs: number): number {
    const key = credentialId ?? ADDRESS;
    const running = this.pauses.get(key);
    const stillRuns = running !== undefined && running.untilMs > nowMs;
    // Calls that were under way together are told together: that is one refusal, not many.
    if (!stillRuns) this.inARow += 1;
    const untold = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(this.inARow - 1, 10), LONGEST_UNTOLD_MS);
    const untilMs = Math.max(nowMs + (waitMs ?? untold), stillRuns ? running.untilMs : 0);
    this.pauses.set(key, { untilMs, allowance: stillRuns ? running.allowance : this.allowance });
    return untilMs;
  }

  /** A call was answered as it should be. */
  calm(): void {
    this.inARow = 0;
  }

  /** How long the call has to wait; 0 when it may go. */
  waitMs(intent: CallIntent, nowMs: number): number {
    if (this.pauses.size === 0) return 0;
    const untilMs = Math.max(
      this.untilFor(ADDRESS, intent, nowMs),
      this.untilFor(intent.credentialId, intent, nowMs),
    );
    return Math.max(0, untilMs - nowMs);
  }

  /** The call goes although there is a pause: one less may. */
  spend(intent: CallIntent, nowMs: number): void {
    if (this.pauses.size === 0) return;
    for (const key of [ADDRESS, intent.credentialId]) {
      const pause = key === null ? undefined : this.pauses.get(key);
      if (pause !== undefined && pause.untilMs > nowMs) pause.allowance -= 1;
    }
  }

  /** The end of the longest pause that runs, or null. */
  untilMs(nowMs: number): number | null {
    let latest: number | null = null;
    for (const [key, { untilMs }] of this.pauses) {
      if (untilMs <= nowMs) this.pauses.delete(key);
      else if (latest === null || untilMs > latest) latest = untilMs;
    }
    return latest;
  }

  private untilFor(key: string | null, intent: CallIntent, nowMs: number): number {
    const pause = key === null ? undefined : this.pauses.get(key);
    if (pause === undefined || pause.untilMs <= nowMs) return 0;
    const reducesRisk = intent.class === 'CANCEL' || intent.class === 'PROTECTIVE';
    return reducesRisk && pause.allowance > 0 ? 0 : pause.untilMs;
  }
}
