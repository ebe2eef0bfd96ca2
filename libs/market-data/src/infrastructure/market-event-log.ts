import type { JsonObject, MarketEventType } from '@sextant/contracts';
import type { Clock } from '@sextant/kernel';
import type { Logger, SystemLog } from '@sextant/platform';

/** What happens to feeds, in the log of lines and on the `system` stream. Never fails: no price depends on it. */
export class MarketEventLog {
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: SystemLog,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  record(type: MarketEventType, payload: JsonObject): void {
    const occurredAt = this.clock.now();
    const { venue, symbol } = payload;
    this.logger.warn(type === 'MarketDataStale' ? 'a market is stale' : 'a market is live again', {
      event: type,
      venue: String(venue),
      symbol: String(symbol),
      durationMs: Number(payload['staleMs']),
    });
    this.last = this.last
      .then(() => this.log.append([{ type, payload, occurredAt }]))
      .catch((error: unknown) =>
        this.logger.error('an event of a market was not recorded', { event: type, error }),
      );
  }

  /** Resolves when everything so far is recorded, or was given up. */
  flushed(): Promise<void> {
    return this.last;
  }
}
