import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { ExchangeGateways } from '../domain/exchange-gateways.js';
import type { VenueAbout } from '../domain/venue-about.js';
import type { VenueTraits } from '../domain/venue-traits.js';

export interface ExchangeCapabilities {
  name: string;
  traits: VenueTraits;
  about: VenueAbout;
}

const SIMULATED: VenueAbout = {
  adapter: 'SIMULATED',
  verified: true,
  passphrase: 'NONE',
  tellsPermissions: false,
};

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
    const { venue, traits, about = SIMULATED } = this.gateways.of(name);
    return { name: venue, traits, about };
  }
}
