import { Module } from '@nestjs/common';
import { Capabilities, MAX_PAGE_LIMIT } from '@sextant/platform';
import { EventsController } from './events-controller.js';
import { HealthController } from './health-controller.js';
import { MetricsController } from './metrics-controller.js';
import { SystemController } from './system-controller.js';

@Module({ controllers: [EventsController, HealthController, MetricsController, SystemController] })
export class SystemModule {
  constructor(capabilities: Capabilities) {
    capabilities.declare('api', { maxPageLimit: MAX_PAGE_LIMIT, errors: 'application/problem+json' });
  }
}
