import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PortfolioModule } from '@sextant/portfolio';
import { KillSwitchController } from './kill-switch-controller.js';
import { RiskController } from './risk-controller.js';

@Module({ imports: [CqrsModule, PortfolioModule], controllers: [KillSwitchController, RiskController] })
export class RiskRoutesModule {}
