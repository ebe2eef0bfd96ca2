import { DomainError } from '@sextant/kernel';
import type { ExchangeGateway } from './exchange-gateway.js';

/** The venues of this installation by name. */
export class ExchangeGateways {
  private readonly byVenue: ReadonlyMap<string, ExchangeGateway>;

  constructor(gateways: readonly ExchangeGateway[]) {
    this.byVenue = new Map(gateways.map((gateway) => [gateway.venue, gateway]));
    if (this.byVenue.size !== gateways.length) throw new Error('two gateways of one venue');
  }

  all(): ExchangeGateway[] {
    return [...this.byVenue.values()];
  }

  /** @throws DomainError UNKNOWN_VENUE */
  of(venue: string): ExchangeGateway {
    const gateway = this.byVenue.get(venue.toUpperCase());
    if (gateway === undefined) {
      const known = [...this.byVenue.keys()].join(', ');
      throw new DomainError(
        'UNKNOWN_VENUE',
        `There is no venue ${JSON.stringify(venue.slice(0, 40))}; there are: ${known}.`,
      );
    }
    return gateway;
  }
}
