import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PortfolioModule } from '@sextant/portfolio';
import { RiskController } from './risk-controller.js';

@Module({ imports: [CqrsModule, PortfolioModule], controllers: [RiskController] })
export class RiskRoutesModule {}
