import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { IdentityModule } from '@sextant/identity';
import { HttpModule } from '../http/http.module.js';
import { AccountDirectory, AccountOwnership } from './account-directory.js';
import { AuthController } from './auth-controller.js';
import { DatabaseAccountDirectory } from './database-account-directory.js';
import { RequestGuard } from './request-guard.js';
import { RouteAccess } from './route-access.js';

@Module({
  imports: [CqrsModule, HttpModule, IdentityModule],
  controllers: [AuthController],
  providers: [
    AccountOwnership,
    RouteAccess,
    { provide: AccountDirectory, useClass: DatabaseAccountDirectory },
    { provide: APP_GUARD, useClass: RequestGuard },
  ],
  exports: [AccountDirectory],
})
export class AuthModule {}
