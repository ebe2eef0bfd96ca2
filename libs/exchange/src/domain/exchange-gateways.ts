import { DomainError } from '@sextant/kernel';
import type { ExchangeGateway } from './exchange-gateway.js';

/** What a venue is called here. */
const VENUE_NAME = /^[A-Z0-9_]{1,40}$/;

/** The venues of this installation by name. */
export class ExchangeGateways {
  private readonly byVenue: Map<string, ExchangeGateway>;
  /** Those that are listed, whatever else is asked for. */
  private readonly names: string;

  constructor(
    /** The venues that are part of this process. */
    private readonly present: readonly ExchangeGateway[],
    /** Those that it can reach over a network. Nothing of them is loaded until it is asked for. */
    remote: readonly ExchangeGateway[] = [],
    /** Finds a venue that neither list has; null when there is none of that name. */
    private readonly onDemand: (venue: string) => ExchangeGateway | null = () => null,
  ) {
    const listed = [...present, ...remote];
    this.byVenue = new Map(listed.map((gateway) => [gateway.venue, gateway]));
    this.names = [...this.byVenue.keys()].join(', ');
    if (this.byVenue.size !== listed.length) throw new Error('two gateways of one venue');
  }

  /** The venues that are part of this process: their markets are known without a network. */
  all(): ExchangeGateway[] {
    return [...this.present];
  }

  /** Every venue that has been named so far, those over a network too. */
  listed(): ExchangeGateway[] {
    return [...this.byVenue.values()];
  }

  /** @throws DomainError UNKNOWN_VENUE */
  of(venue: string): ExchangeGateway {
    const name = venue.toUpperCase();
    const gateway = this.byVenue.get(name) ?? this.find(name);
    if (gateway === null) {
      throw new DomainError(
        'UNKNOWN_VENUE',
        `There is no venue ${JSON.stringify(venue.slice(0, 40))}; there are: ${this.names}.`,
      );
    }
    return gateway;
  }

  private find(name: string): ExchangeGateway | null {
    const found = VENUE_NAME.test(name) ? this.onDemand(name) : null;
    if (found === null) return null;
    // By another spelling it may be one that is here already.
    const gateway = this.byVenue.get(found.venue) ?? found;
    this.byVenue.set(gateway.venue, gateway);
    return gateway;
  }
}
