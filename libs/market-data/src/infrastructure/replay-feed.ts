import type { Clock, Instrument } from '@sextant/kernel';
import { Component } from '@sextant/platform';
import type { ComponentHealth, Timers } from '@sextant/platform';
import type { MarketData } from '../application/market-data.js';
import type { MarketFeed } from '../application/market-feed.js';
import { BinanceSpotDecoder } from './binance-spot-messages.js';
import type { BinanceMessage, FrameFault } from './binance-spot-messages.js';
import { CaptureUnreadable, readCapture } from './capture.js';
import type { CapturedFrame } from './capture.js';
import { ReplayClockwork } from './replay-clockwork.js';
import { ReplayIds } from './replay-ids.js';

/** Lag that is caught up in a burst; a longer one (a sleeping machine) is forgotten. */
const LONGEST_LAG_MS = 1_000;
/** Frames handled before others get the event loop. */
const FRAMES_PER_TURN = 256;
/** Frames before the snapshot of a recording; more than that is not a recording of a book. */
const LONGEST_PRELUDE = 10_000;
/** After a recording that ended, or could not be read, before it is read again. */
const PAUSE_MS = 100;
const PAUSE_AFTER_ERROR_MS = 5_000;

export interface ReplayOptions {
  /** Path of the recording; asked when the feed starts. */
  file: () => string;
  instrument: Instrument;
  /** 1 is the pace of the recording. Read at each frame. */
  speed: () => number;
}

/**
 * A real market without a network: replays a recording of Binance spot at its own pace, for ever. Each loop begins
 * with the recorded snapshot, times are moved to now, ids go on. What cannot be decoded is counted and left out.
 */
export class ReplayFeed extends Component {
  readonly name = 'market-data-replay';
  private readonly decoder: BinanceSpotDecoder;
  private readonly ids = new ReplayIds();
  private readonly clockwork: ReplayClockwork;
  private readonly faults = new Map<FrameFault, number>();
  private running = false;
  private loop: Promise<void> = Promise.resolve();
  private loops = 0;
  private lastError: string | null = null;

  constructor(
    private readonly options: ReplayOptions,
    private readonly feed: MarketFeed,
    private readonly marketData: Pick<MarketData, 'streams'>,
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {
    super();
    this.decoder = new BinanceSpotDecoder(options.instrument);
    this.clockwork = new ReplayClockwork(options.speed, LONGEST_LAG_MS);
  }

  override async start(): Promise<void> {
    this.running = true;
    this.loop = this.run();
  }

  override async stop(): Promise<void> {
    this.running = false;
    await this.loop;
  }

  override health(): ComponentHealth {
    const symbol = this.options.instrument.symbol.toString();
    const streams = this.marketData.streams().filter((stream) => stream.symbol === symbol);
    const ages = Object.fromEntries(streams.map(({ stream, state, ageMs }) => [stream, { state, ageMs }]));
    const facts = { streams: ages, loops: this.loops, refusedFrames: Object.fromEntries(this.faults) };
    const live = streams.some(({ stream, state }) => stream === 'depth' && state === 'LIVE');
    if (live) return { status: 'UP', facts };
    return { status: 'DEGRADED', detail: this.lastError ?? `The book of ${symbol} is not live.`, facts };
  }

  private async run(): Promise<void> {
    while (this.running) {
      try {
        await this.replayOnce();
        if (!this.running) return;
        this.lastError = null;
        this.loops += 1;
        this.ids.nextLoop();
        await this.timers.sleep(PAUSE_MS / this.options.speed());
      } catch (error) {
        // Whoever listens to the feed and throws has a bug: that is not the recording's fault, and ends the process.
        if (!(error instanceof CaptureUnreadable)) throw error;
        this.lastError = error.message;
        await this.pause(PAUSE_AFTER_ERROR_MS);
      }
    }
  }

  private async replayOnce(): Promise<void> {
    const file = this.options.file();
    let inTurn = 0;
    let prelude: CapturedFrame[] | null = [];
    for await (const frame of readCapture(file)) {
      if (!this.running) return;
      if (prelude !== null) {
        prelude.push(frame);
        if (this.isSnapshot(frame)) {
          this.openWith(prelude);
          prelude = null;
        } else if (prelude.length > LONGEST_PRELUDE) throw new CaptureUnreadable(file, 'no snapshot');
        continue;
      }
      const waitMs = this.clockwork.waitMs(frame.receivedMs, this.clock.monotonicMs());
      inTurn = waitMs >= 1 ? 0 : inTurn + 1;
      if (waitMs >= 1) await this.pause(waitMs);
      else if (inTurn % FRAMES_PER_TURN === 0) await this.timers.sleep(0);
      if (this.running) this.handle(frame);
    }
  }

  /** The book first, then what was received before it: the loop begins with a whole market. */
  private openWith(frames: readonly CapturedFrame[]): void {
    const snapshot = frames.at(-1) as CapturedFrame;
    this.clockwork.start(snapshot.receivedMs, this.clock.monotonicMs());
    this.handle(snapshot);
    for (const frame of frames.slice(0, -1)) this.handle(frame);
  }

  private isSnapshot(frame: CapturedFrame): boolean {
    return frame.text.startsWith('{"lastUpdateId"');
  }

  private handle(frame: CapturedFrame): void {
    const message = this.decoder.decode(frame.text);
    if (typeof message === 'string') this.faults.set(message, (this.faults.get(message) ?? 0) + 1);
    else this.publish(this.ids.shift(message));
  }

  private publish(message: BinanceMessage): void {
    const receivedAt = this.clock.now();
    switch (message.kind) {
      case 'SNAPSHOT':
        return this.feed.snapshots.publish({ ...message.value, receivedAt });
      case 'UPDATE':
        return this.feed.updates.publish({ ...message.value, receivedAt });
      case 'TICK':
        return this.feed.ticks.publish({ ...message.value, receivedAt });
      case 'TRADE': {
        // The venue says how long before its message the trade was; the recording's own clock is of another day.
        const sinceTradeMs = Math.max(0, message.eventTime - message.value.executedAt);
        return this.feed.trades.publish({ ...message.value, executedAt: receivedAt - sinceTradeMs });
      }
    }
  }

  /** Waits in steps, so that a stop never waits for a long gap of the recording. */
  private async pause(waitMs: number): Promise<void> {
    for (let left = waitMs; left > 0 && this.running; left -= LONGEST_LAG_MS) {
      await this.timers.sleep(Math.min(left, LONGEST_LAG_MS));
    }
  }
}
