import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ExchangesController } from './exchanges-controller.js';

/** The HTTP routes of the venues. */
@Module({ imports: [CqrsModule], controllers: [ExchangesController] })
export class ExchangesModule {}
