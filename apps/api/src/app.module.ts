import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { IdentityComponent, identityModel, IdentityModule } from '@sextant/identity';
import type { Config, DatabaseModel } from '@sextant/platform';
import { combineModels, Lifecycle, PlatformModule, platformModel } from '@sextant/platform';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { AuthModule } from './auth/index.js';
import { SystemModule } from './system/index.js';
import { UsersModule } from './users/users.module.js';

/** Everything this process keeps in the database. */
export const apiModel: DatabaseModel = combineModels(platformModel, identityModel);

/** The composition of the API process. */
@Module({})
export class AppModule {
  constructor(lifecycle: Lifecycle, identity: IdentityComponent) {
    lifecycle.register(identity);
  }

  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.forRoot({ app: 'api', config, model: apiModel }),
        ...[IdentityModule, AuthModule, ApiKeysModule, SystemModule, UsersModule],
      ],
    };
  }
}
