import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PortfolioController } from './portfolio-controller.js';

@Module({ imports: [CqrsModule], controllers: [PortfolioController] })
export class PortfolioRoutesModule {}
