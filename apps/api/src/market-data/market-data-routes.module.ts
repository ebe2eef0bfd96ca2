import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CandlesController } from './candles-controller.js';
import { MarketDataController } from './market-data-controller.js';

/** The HTTP routes of market data. */
@Module({ imports: [CqrsModule], controllers: [CandlesController, MarketDataController] })
export class MarketDataRoutesModule {}
