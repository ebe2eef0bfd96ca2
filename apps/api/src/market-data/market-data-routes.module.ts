import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { MarketDataController } from './market-data-controller.js';

/** The HTTP routes of market data. */
@Module({ imports: [CqrsModule], controllers: [MarketDataController] })
export class MarketDataRoutesModule {}
