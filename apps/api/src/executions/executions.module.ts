import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PortfolioModule } from '@sextant/portfolio';
import { ExecutionsController } from './executions-controller.js';

@Module({ imports: [CqrsModule, PortfolioModule], controllers: [ExecutionsController] })
export class ExecutionsModule {}
