import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import type { ApprovalCheck } from '@sextant/kernel';
import { Database, Lifecycle } from '@sextant/platform';
import { paperInstruments, PostgresVenueJournal, SimulatedVenue } from '@sextant/venue';
import { AddExchangeConnectionHandler } from './application/connections/add-exchange-connection.js';
import { ConnectExchangeHandler } from './application/connections/connect-exchange.js';
import { ConnectionChanges } from './application/connections/connection-changes.js';
import { ConnectionReads } from './application/connections/connection-reads.js';
import { ConnectionRound } from './application/connections/connection-round.js';
import { DisconnectExchangeHandler } from './application/connections/disconnect-exchange.js';
import { GetExchangeConnectionHandler } from './application/connections/get-exchange-connection.js';
import { KeyChecks } from './application/connections/key-checks.js';
import { KeyComplaints } from './application/connections/key-complaints.js';
import { ListExchangeConnectionsHandler } from './application/connections/list-exchange-connections.js';
import { RotateExchangeCredentialsHandler } from './application/connections/rotate-exchange-credentials.js';
import { ValidateExchangeConnectionHandler } from './application/connections/validate-exchange-connection.js';
import { VaultCredentials } from './application/connections/vault-credentials.js';
import { GetExchangeCapabilitiesHandler } from './application/get-exchange-capabilities.js';
import { ListExchangesHandler } from './application/list-exchanges.js';
import { ChannelStates } from './domain/channel-states.js';
import { ConnectionRepository } from './domain/connections/connection-repository.js';
import { ExchangeGateways } from './domain/exchange-gateways.js';
import { VenueCredentials } from './domain/venue-credentials.js';
import { GuardedSession } from './infrastructure/guarded-session.js';
import type { KeyWatch } from './infrastructure/guarded-session.js';
import { LazyGateway } from './infrastructure/lazy-gateway.js';
import type { VenueAdapter } from './infrastructure/lazy-gateway.js';
import { RemoteVenues } from './infrastructure/remote-venues.js';
import { SimulatedGateway } from './infrastructure/simulated-gateway.js';
import { SqlConnectionReads } from './infrastructure/vault/sql-connection-reads.js';
import { SqlConnectionRepository } from './infrastructure/vault/sql-connection-repository.js';
import { VaultComponent } from './infrastructure/vault/vault-component.js';
import { VaultModule } from './vault.module.js';

const useCases = [
  ...[GetExchangeCapabilitiesHandler, ListExchangesHandler],
  ...[AddExchangeConnectionHandler, ConnectExchangeHandler, DisconnectExchangeHandler],
  ...[GetExchangeConnectionHandler, ListExchangeConnectionsHandler],
  ...[RotateExchangeCredentialsHandler, ValidateExchangeConnectionHandler],
];

const connections: Provider[] = [
  { provide: ConnectionRepository, useClass: SqlConnectionRepository },
  { provide: ConnectionReads, useClass: SqlConnectionReads },
  { provide: VenueCredentials, useExisting: VaultCredentials },
  { provide: ChannelStates, useExisting: RemoteVenues },
  ...[ConnectionChanges, ConnectionRound, KeyChecks, KeyComplaints, VaultComponent, VaultCredentials],
];

/** The exchange context, visible everywhere. PlatformModule's parts and `VenueAccounts` (portfolio's) must be global. */
@Module({})
export class ExchangeModule {
  constructor(lifecycle: Lifecycle, vault: VaultComponent) {
    lifecycle.register(vault);
  }

  /**
   * @param approvals the half of the approval authority that checks; risk has the half that mints.
   * @param adapters venues besides those that come with this context; one of the same name takes its place.
   */
  static forRoot(approvals: ApprovalCheck, adapters: readonly VenueAdapter[] = []): DynamicModule {
    return {
      module: ExchangeModule,
      global: true,
      imports: [CqrsModule, VaultModule],
      providers: [...useCases, ...connections, ...venues(approvals, adapters)],
      exports: [ExchangeGateways, SimulatedVenue, VenueCredentials],
    };
  }
}

function venues(approvals: ApprovalCheck, adapters: readonly VenueAdapter[]): Provider[] {
  return [
    {
      provide: SimulatedVenue,
      useFactory: (database: Database, clock: Clock) =>
        new SimulatedVenue(new PostgresVenueJournal(database), clock, paperInstruments),
      inject: [Database, Clock],
    },
    {
      provide: RemoteVenues,
      useFactory: (credentials: VaultCredentials, complaints: KeyComplaints, clock: Clock) => {
        const watch: KeyWatch = {
          standing: (accountId, venue) => credentials.standing(accountId, venue),
          complained: (accountId, venue) => complaints.tell(accountId, venue),
        };
        return new RemoteVenues(adapters, (accountId, venue, open) =>
          GuardedSession.over(accountId, venue, open, watch, clock),
        );
      },
      inject: [VaultCredentials, KeyComplaints, Clock],
    },
    {
      provide: ExchangeGateways,
      useFactory: (venue: SimulatedVenue, remote: RemoteVenues, clock: Clock) =>
        new ExchangeGateways([new SimulatedGateway(venue, approvals, clock)], remote.gateways()),
      inject: [SimulatedVenue, RemoteVenues, Clock],
    },
  ];
}
