import type { JsonObject, VenueEventType } from '@sextant/contracts';
import type { Clock } from '@sextant/kernel';
import type { Logger, SystemLog } from '@sextant/platform';

/** Where what happens on the way to a venue is told. Never fails: a call does not depend on it. */
export abstract class ChannelEvents {
  abstract record(type: VenueEventType, payload: JsonObject): void;

  /** Resolves when everything so far is recorded, or was given up. */
  abstract flushed(): Promise<void>;
}

const STOPS_TRADING: ReadonlySet<VenueEventType> = new Set<VenueEventType>([
  'VenueHalted',
  'VenueClockUnsafe',
]);

/** The log of lines and the `system` stream, in the order of what happened. */
export class SystemChannelEvents extends ChannelEvents {
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: SystemLog,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    super();
  }

  record(type: VenueEventType, payload: JsonObject): void {
    const occurredAt = this.clock.now();
    const fields = { event: type, venue: String(payload['venue']), detail: told(payload) };
    if (STOPS_TRADING.has(type)) this.logger.error('trading at a venue stopped', fields);
    else this.logger.warn('a venue changed', fields);
    this.last = this.last
      .then(() => this.log.append([{ type, payload, occurredAt }]))
      .catch((error: unknown) =>
        this.logger.error('an event of a venue was not recorded', { event: type, error }),
      );
  }

  async flushed(): Promise<void> {
    await this.last;
  }
}

/** For tests and tools. */
export class InMemoryChannelEvents extends ChannelEvents {
  readonly recorded: { type: VenueEventType; payload: JsonObject }[] = [];

  record(type: VenueEventType, payload: JsonObject): void {
    this.recorded.push({ type, payload });
  }

  async flushed(): Promise<void> {
    // nothing is on its way
  }
}

function told({ venue: _, ...rest }: JsonObject): string {
  return Object.entries(rest)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
