import type { Clock, EpochMs } from '@sextant/kernel';

export type StreamKind = 'depth' | 'ticker' | 'trade';

/** One stream of one market. `LIVE`: heard of within the age limit, and in sequence where there is one. */
export interface StreamState {
  venue: string;
  symbol: string;
  stream: StreamKind;
  state: 'WAITING' | 'LIVE' | 'STALE' | 'GAP';
  lastReceivedAt: EpochMs | null;
  ageMs: number | null;
  messages: number;
  gaps: number;
  /** Values that were not taken, or not to be traded on. */
  refused: number;
}

interface Heard {
  at: EpochMs;
  monotonicMs: number;
  messages: number;
}

/** When each stream of a market was last heard of, and what became of what it said. */
export class StreamLog {
  private readonly heard = new Map<StreamKind, Heard>();
  private readonly refused = new Map<StreamKind, number>();
  gaps = 0;

  constructor(private readonly clock: Clock) {}

  note(stream: StreamKind, at: EpochMs): void {
    const heard = this.heard.get(stream);
    const monotonicMs = this.clock.monotonicMs();
    if (heard === undefined) this.heard.set(stream, { at, monotonicMs, messages: 1 });
    else {
      heard.at = at;
      heard.monotonicMs = monotonicMs;
      heard.messages += 1;
    }
  }

  refuse(stream: StreamKind): void {
    this.refused.set(stream, (this.refused.get(stream) ?? 0) + 1);
  }

  at(stream: StreamKind): EpochMs | null {
    return this.heard.get(stream)?.at ?? null;
  }

  ageMs(stream: StreamKind): number | null {
    const heard = this.heard.get(stream);
    return heard === undefined ? null : this.clock.monotonicMs() - heard.monotonicMs;
  }

  state(
    stream: StreamKind,
    { inSequence, maxAgeMs }: { inSequence: boolean; maxAgeMs: number },
  ): Omit<StreamState, 'venue' | 'symbol'> {
    const heard = this.heard.get(stream);
    const refused = this.refused.get(stream) ?? 0;
    const base = { stream, gaps: stream === 'depth' ? this.gaps : 0, refused };
    if (heard === undefined)
      return { ...base, state: 'WAITING', lastReceivedAt: null, ageMs: null, messages: 0 };
    const ageMs = Math.round(this.clock.monotonicMs() - heard.monotonicMs);
    const gap = stream === 'depth' && !inSequence;
    const state = gap ? 'GAP' : ageMs > maxAgeMs ? 'STALE' : 'LIVE';
    return { ...base, state, lastReceivedAt: heard.at, ageMs, messages: heard.messages };
  }
}
