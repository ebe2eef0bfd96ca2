import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { ExchangeGateways } from '../domain/exchange-gateways.js';
import type { VenueAbout } from '../domain/venue-about.js';

export interface ExchangeSummary {
  name: string;
  /** Canonical symbols of the venue's markets; empty for one over a network, which is not asked for a list. */
  symbols: string[];
  /** The account trades with play money. */
  simulated: boolean;
  adapter: VenueAbout['adapter'];
  /** The conformance suite has passed against the venue's protocol. */
  verified: boolean;
}

/** The venues of this installation. */
export class ListExchanges extends Query<ExchangeSummary[]> {}

@QueryHandler(ListExchanges)
export class ListExchangesHandler implements IQueryHandler<ListExchanges> {
  constructor(private readonly gateways: ExchangeGateways) {}

  execute(): Promise<ExchangeSummary[]> {
    const present = new Set(this.gateways.all());
    return Promise.all(
      this.gateways.listed().map(async (gateway) => ({
        name: gateway.venue,
        symbols: present.has(gateway)
          ? (await gateway.instruments()).map(({ symbol }) => symbol.toString())
          : [],
        simulated: gateway.deposit !== undefined,
        adapter: gateway.about?.adapter ?? 'SIMULATED',
        verified: gateway.about?.verified ?? true,
      })),
    );
  }
}
