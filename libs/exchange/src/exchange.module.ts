import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Clock } from '@sextant/kernel';
import type { ApprovalCheck } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { paperInstruments, PostgresVenueJournal, SimulatedVenue } from '@sextant/venue';
import { GetExchangeCapabilitiesHandler } from './application/get-exchange-capabilities.js';
import { ListExchangesHandler } from './application/list-exchanges.js';
import { ExchangeGateways } from './domain/exchange-gateways.js';
import { SimulatedGateway } from './infrastructure/simulated-gateway.js';

/** The exchange context, visible everywhere. Database and Clock must be provided globally. */
@Module({})
export class ExchangeModule {
  /** @param approvals the half of the approval authority that checks; risk has the half that mints. */
  static forRoot(approvals: ApprovalCheck): DynamicModule {
    return {
      module: ExchangeModule,
      global: true,
      providers: [
        {
          provide: SimulatedVenue,
          useFactory: (database: Database, clock: Clock) =>
            new SimulatedVenue(new PostgresVenueJournal(database), clock, paperInstruments),
          inject: [Database, Clock],
        },
        {
          provide: ExchangeGateways,
          useFactory: (venue: SimulatedVenue, clock: Clock) =>
            new ExchangeGateways([new SimulatedGateway(venue, approvals, clock)]),
          inject: [SimulatedVenue, Clock],
        },
        GetExchangeCapabilitiesHandler,
        ListExchangesHandler,
      ],
      exports: [ExchangeGateways, SimulatedVenue],
    };
  }
}
