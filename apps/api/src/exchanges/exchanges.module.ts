import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ConnectionsController } from './connections-controller.js';
import { ExchangesController } from './exchanges-controller.js';

/** The HTTP routes of the venues. */
@Module({ imports: [CqrsModule], controllers: [ExchangesController, ConnectionsController] })
export class ExchangesModule {}
