import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { EquityController } from './equity-controller.js';
import { PortfolioController } from './portfolio-controller.js';

@Module({ imports: [CqrsModule], controllers: [PortfolioController, EquityController] })
export class PortfolioRoutesModule {}
