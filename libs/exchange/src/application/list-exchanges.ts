import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { ExchangeGateways } from '../domain/exchange-gateways.js';

export interface ExchangeSummary {
  name: string;
  /** Canonical symbols of the venue's markets. */
  symbols: string[];
  /** The account trades with play money. */
  simulated: boolean;
}

/** The venues of this installation. */
export class ListExchanges extends Query<ExchangeSummary[]> {}

@QueryHandler(ListExchanges)
export class ListExchangesHandler implements IQueryHandler<ListExchanges> {
  constructor(private readonly gateways: ExchangeGateways) {}

  execute(): Promise<ExchangeSummary[]> {
    return Promise.all(
      this.gateways.all().map(async (gateway) => ({
        name: gateway.venue,
        symbols: (await gateway.instruments()).map(({ symbol }) => symbol.toString()),
        simulated: gateway.deposit !== undefined,
      })),
    );
  }
}
