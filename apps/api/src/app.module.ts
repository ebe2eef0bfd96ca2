import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { IdentityComponent, IdentityModule } from '@sextant/identity';
import type { Config } from '@sextant/platform';
import { Lifecycle } from '@sextant/platform';
import { ContextsModule } from '../../composition/src/index.js';
import type { ProcessOptions } from '../../composition/src/index.js';
import { AccountsModule } from './accounts/index.js';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { AuthModule } from './auth/index.js';
import { CredentialImport } from './credential-import.js';
import { ExchangesModule } from './exchanges/index.js';
import { ExecutionsModule } from './executions/executions.module.js';
import { FirstAccount } from './first-account.js';
import { JobsModule } from './jobs/index.js';
import { MarketDataRoutesModule } from './market-data/index.js';
import { OrdersModule } from './orders/orders.module.js';
import { PortfolioRoutesModule } from './portfolio/index.js';
import { RiskRoutesModule } from './risk/risk.module.js';
import { SystemModule } from './system/index.js';
import { UsersModule } from './users/users.module.js';

const resources = [
  ...[AccountsModule, ApiKeysModule, AuthModule, ExchangesModule, ExecutionsModule, JobsModule],
  ...[MarketDataRoutesModule],
  ...[OrdersModule, PortfolioRoutesModule, RiskRoutesModule, SystemModule, UsersModule],
];

export type AppParts = Pick<ProcessOptions, 'embedded' | 'killPoint' | 'venues'>;

/** The composition of the API process: the contexts, identity, and the routes. */
@Module({ providers: [CredentialImport, FirstAccount] })
export class AppModule {
  constructor(
    lifecycle: Lifecycle,
    identity: IdentityComponent,
    firstAccount: FirstAccount,
    credentialImport: CredentialImport,
  ) {
    lifecycle.register(identity, firstAccount, credentialImport);
  }

  static forRoot(config: Config, parts: AppParts = {}): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ContextsModule.forRoot({ app: 'api', config, ...parts }),
        CqrsModule,
        IdentityModule,
        ...resources,
      ],
    };
  }
}
