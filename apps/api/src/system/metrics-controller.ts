import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Metrics } from '@sextant/platform';
import type { FastifyReply } from 'fastify';
import { Access } from '../auth/index.js';

@ApiTags('System')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Access({ scope: 'read', role: 'admin' })
  @ApiOperation({
    summary: 'Metrics for Prometheus',
    description: 'Text format. Also without credentials on telemetry.port, where that is set.',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: 'All metrics of this process.', schema: { type: 'string' } })
  async read(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('Content-Type', this.metrics.contentType);
    return this.metrics.render();
  }
}
