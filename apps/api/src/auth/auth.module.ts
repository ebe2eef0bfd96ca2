import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { IdentityModule } from '@sextant/identity';
import { HttpModule } from '../http/http.module.js';
import { AccountOwnership } from './account-ownership.js';
import { ActiveUsers } from './active-users.js';
import { AuthController } from './auth-controller.js';
import { RequestGuard } from './request-guard.js';
import { RouteAccess } from './route-access.js';

/** Guards every route. Needs, globally: Clock, Metrics, and portfolio's AccountDirectory. */
@Module({
  imports: [CqrsModule, HttpModule, IdentityModule],
  controllers: [AuthController],
  providers: [AccountOwnership, ActiveUsers, RouteAccess, { provide: APP_GUARD, useClass: RequestGuard }],
})
export class AuthModule {}
