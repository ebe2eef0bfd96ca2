import type { ExchangeGateway, ExchangeGateways } from '@sextant/exchange';
import { DomainError } from '@sextant/kernel';
import type { Config, Metrics } from '@sextant/platform';
import type { FindMarkets } from '../application/market-data.js';
import { VenueMarkets } from '../application/venue-markets.js';
import type { MarketTools } from '../application/venue-markets.js';
import { VenueSupply } from './venue-supply.js';

/** The markets of any venue that has a gateway, fed by its public data. */
export function findMarkets(
  gateways: ExchangeGateways,
  tools: MarketTools,
  config: Config,
  metrics: Metrics,
): FindMarkets {
  return (venue, endpoint) => {
    const supply = supplyOf(gatewayAt(gateways.of(venue), endpoint, config), tools, metrics);
    return new VenueMarkets(venue, endpoint, tools, supply);
  };
}

/** @throws DomainError NO_MARKET_DATA */
export function supplyOf(gateway: ExchangeGateway, tools: MarketTools, metrics: Metrics): VenueSupply {
  const { venue, marketData } = gateway;
  if (marketData === undefined) throw new DomainError('NO_MARKET_DATA', `${venue} tells no prices here.`);
  const { clock, timers, settings } = tools;
  return new VenueSupply(gateway, marketData, {
    clock,
    timers,
    maxAgeMs: () => settings.maxAgeMs(),
    onResubscribed: () => metrics.increment('market_data_resubscribed_total', { venue }),
  });
}

/** @throws DomainError CUSTOM_ENDPOINT_REFUSED, NO_MARKET_DATA */
export function gatewayAt(
  gateway: ExchangeGateway,
  endpoint: string | null,
  config: Config,
): ExchangeGateway {
  if (endpoint === null) return gateway;
  if (!config.get('exchange.allowCustomEndpoints')) {
    const detail = 'Venues are reached at their own addresses here: exchange.allowCustomEndpoints is off.';
    throw new DomainError('CUSTOM_ENDPOINT_REFUSED', detail);
  }
  if (gateway.at !== undefined) return gateway.at(endpoint);
  throw new DomainError('NO_MARKET_DATA', `${gateway.venue} has no other address than its own.`);
}
