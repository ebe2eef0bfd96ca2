import type { Clock } from '@sextant/kernel';
import { Component } from '@sextant/platform';
import type { Cancel, ComponentHealth, Config, Logger, Timers } from '@sextant/platform';
import type { CandleRecorder } from '../../application/candles/candle-recorder.js';
import type { CandleStore } from '../../application/candles/candle-store.js';
import { Timeframe } from '../../domain/candles/timeframe.js';

const FLUSH_MS = 1_000;
const SEAL_MS = 60_000;
/** Bars of the hour that just ended stay rows for so long: late spans and the last bar settle. */
const SEAL_AFTER_MS = 600_000;
const DAY_MS = 86_400_000;

/** Live bars are kept each second, sealed into blocks each hour, and dropped when they are old. */
export class CandleKeeping extends Component {
  readonly name = 'candles';
  override readonly dependsOn = ['database'];
  private ends: Cancel[] = [];
  private failed: string | null = null;

  constructor(
    private readonly recorder: CandleRecorder,
    private readonly store: CandleStore,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    super();
  }

  override async start(): Promise<void> {
    this.recorder.listen();
    this.ends = [
      this.timers.every(FLUSH_MS, () => this.tried('candles were not kept', () => this.keep())),
      this.timers.every(SEAL_MS, () => this.tried('candles were not sealed', () => this.seal())),
    ];
  }

  override async stop(): Promise<void> {
    for (const end of this.ends) end();
    this.recorder.leave();
    await this.tried('the last candles were not kept', () => this.recorder.flush());
  }

  /** Candles are behind, nothing else: no order waits for them. */
  override health(): ComponentHealth {
    return this.failed === null ? { status: 'UP' } : { status: 'DEGRADED', detail: this.failed };
  }

  private async keep(): Promise<void> {
    this.recorder.listen();
    await this.recorder.flush();
  }

  private async seal(): Promise<void> {
    const now = this.clock.now();
    await this.store.seal(Timeframe.of('1h').openOf(now - SEAL_AFTER_MS));
    const days = { '1s': 'marketData.candles.secondsDays', '1m': 'marketData.candles.minutesDays' } as const;
    for (const interval of ['1s', '1m'] as const) {
      const kept = this.config.get(days[interval]);
      if (kept > 0) await this.store.forget(interval, now - kept * DAY_MS);
    }
  }

  /** What fails is tried again: no reason to end a process that trades. */
  private async tried(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.failed = null;
    } catch (error) {
      if (this.failed === null) this.logger.warn(what, { error });
      this.failed = what;
    }
  }
}
