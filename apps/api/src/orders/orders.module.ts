import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PortfolioModule } from '@sextant/portfolio';
import { CountdownController } from './countdown-controller.js';
import { FillsController } from './fills-controller.js';
import { OrderChangesController } from './order-changes-controller.js';
import { OrderGroupsController } from './order-groups-controller.js';
import { ReconciliationsController } from './reconciliations-controller.js';
import { PositionsController } from './positions-controller.js';
import { OrdersController } from './orders-controller.js';

@Module({
  imports: [CqrsModule, PortfolioModule],
  controllers: [
    OrderGroupsController,
    CountdownController,
    OrdersController,
    PositionsController,
    OrderChangesController,
    ReconciliationsController,
    FillsController,
  ],
})
export class OrdersModule {}
