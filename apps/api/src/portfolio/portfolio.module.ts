import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { EquityController } from './equity-controller.js';
import { PerformanceController } from './performance-controller.js';
import { PortfolioController } from './portfolio-controller.js';
import { WalletsController } from './wallets-controller.js';

@Module({
  imports: [CqrsModule],
  controllers: [PortfolioController, PerformanceController, EquityController, WalletsController],
})
export class PortfolioRoutesModule {}
