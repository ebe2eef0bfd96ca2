import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import type { ApprovalCheck } from '@sextant/kernel';
import { Config, Database, Lifecycle, Logger, Metrics, Timers } from '@sextant/platform';
import { paperInstruments, PostgresVenueJournal, SimulatedVenue } from '@sextant/venue';
import { AddExchangeConnectionHandler } from './application/connections/add-exchange-connection.js';
import { ConnectExchangeHandler } from './application/connections/connect-exchange.js';
import { ConnectionChanges } from './application/connections/connection-changes.js';
import { ConnectionReads } from './application/connections/connection-reads.js';
import { ConnectionRound } from './application/connections/connection-round.js';
import { DisconnectExchangeHandler } from './application/connections/disconnect-exchange.js';
import { EndpointVisits } from './application/connections/endpoint-visits.js';
import { GetExchangeConnectionHandler } from './application/connections/get-exchange-connection.js';
import { AccountGateways } from './application/connections/account-gateways.js';
import { KeyChecks } from './application/connections/key-checks.js';
import { KeyComplaints } from './application/connections/key-complaints.js';
import { ListExchangeConnectionsHandler } from './application/connections/list-exchange-connections.js';
import { RotateExchangeCredentialsHandler } from './application/connections/rotate-exchange-credentials.js';
import { SoleConnections } from './application/connections/sole-connections.js';
import { ValidateExchangeConnectionHandler } from './application/connections/validate-exchange-connection.js';
import { VaultCredentials } from './application/connections/vault-credentials.js';
import { GetExchangeCapabilitiesHandler } from './application/get-exchange-capabilities.js';
import { ListExchangesHandler } from './application/list-exchanges.js';
import { ChannelModule } from './channel.module.js';
import { ChannelStates } from './domain/channel-states.js';
import { VenueChannels } from './domain/channel/venue-channels.js';
import { ConnectionRepository } from './domain/connections/connection-repository.js';
import { ExchangeGateways } from './domain/exchange-gateways.js';
import { VenueCredentials } from './domain/venue-credentials.js';
import { CachedMarketData } from './infrastructure/channel/cached-market-data.js';
import { ReadCache } from './infrastructure/channel/read-cache.js';
import { GuardedSession } from './infrastructure/guarded-session.js';
import type { KeyWatch } from './infrastructure/guarded-session.js';
import type { VenueAdapter } from './infrastructure/lazy-gateway.js';
import { RemoteVenues } from './infrastructure/remote-venues.js';
import { SimulatedGateway } from './infrastructure/simulated-gateway.js';
import { SqlConnectionReads } from './infrastructure/vault/sql-connection-reads.js';
import { SqlConnectionRepository } from './infrastructure/vault/sql-connection-repository.js';
import { VaultComponent } from './infrastructure/vault/vault-component.js';
import { shippedAdapters, unverifiedAdapter } from './infrastructure/venue-adapters.js';
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
  ...[
    ConnectionChanges,
    ConnectionRound,
    EndpointVisits,
    KeyChecks,
    KeyComplaints,
    SoleConnections,
    VaultComponent,
    VaultCredentials,
  ],
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
      imports: [ChannelModule, CqrsModule, VaultModule],
      providers: [...useCases, ...connections, AccountGateways, ...venues(approvals, adapters)],
      exports: [AccountGateways, ExchangeGateways, SimulatedVenue, VenueCredentials],
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
      useFactory: (...parts: RemoteParts) => remoteVenues(approvals, adapters, parts),
      inject: [VenueChannels, VaultCredentials, KeyComplaints, Clock, Timers, Logger, Metrics, Config],
    },
    {
      provide: ExchangeGateways,
      useFactory: (venue: SimulatedVenue, remote: RemoteVenues, clock: Clock) =>
        new ExchangeGateways([new SimulatedGateway(venue, approvals, clock)], remote.gateways(), (name) =>
          remote.onDemand(name),
        ),
      inject: [SimulatedVenue, RemoteVenues, Clock],
    },
  ];
}

type RemoteParts = [VenueChannels, VaultCredentials, KeyComplaints, Clock, Timers, Logger, Metrics, Config];

function remoteVenues(
  approvals: ApprovalCheck,
  adapters: readonly VenueAdapter[],
  [channels, credentials, complaints, clock, timers, log, metrics, config]: RemoteParts,
): RemoteVenues {
  const watch: KeyWatch = {
    standing: (accountId, venue) => credentials.standing(accountId, venue),
    complained: (accountId, venue) => complaints.tell(accountId, venue),
  };
  const ages = {
    freshMs: config.get('exchange.cache.freshMs'),
    staleMs: config.get('exchange.cache.staleMs'),
  };
  const deps = { channels, approvals, credentials, clock, timers, log };
  return new RemoteVenues(
    [...adapters, ...shippedAdapters(deps)],
    channels,
    (accountId, venue, open) => GuardedSession.over(accountId, venue, open, watch, clock),
    clock,
    (venue) => unverifiedAdapter(venue, deps),
    (venue, data) => new CachedMarketData(data, new ReadCache(venue, clock, metrics), ages),
  );
}
