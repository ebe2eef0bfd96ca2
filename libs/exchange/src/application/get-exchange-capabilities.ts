import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { ExchangeGateways } from '../domain/exchange-gateways.js';
import type { VenueTraits } from '../domain/venue-traits.js';

export interface ExchangeCapabilities {
  name: string;
  traits: VenueTraits;
}

/** What a venue can do and how it behaves where venues differ. */
export class GetExchangeCapabilities extends Query<ExchangeCapabilities> {
  constructor(readonly name: string) {
    super();
  }
}

@QueryHandler(GetExchangeCapabilities)
export class GetExchangeCapabilitiesHandler implements IQueryHandler<GetExchangeCapabilities> {
  constructor(private readonly gateways: ExchangeGateways) {}

  /** @throws DomainError UNKNOWN_VENUE */
  async execute({ name }: GetExchangeCapabilities): Promise<ExchangeCapabilities> {
    const { venue, traits } = this.gateways.of(name);
    return { name: venue, traits };
  }
}
