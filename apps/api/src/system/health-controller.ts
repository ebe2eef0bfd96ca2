import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Lifecycle } from '@sextant/platform';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/index.js';
import { HealthAnswer } from './system-answers.js';

/** For orchestrators and load balancers: no credentials, no details. */
@ApiTags('System')
@Controller('health')
export class HealthController {
  constructor(private readonly lifecycle: Lifecycle) {}

  @Get('live')
  @Public()
  @ApiOperation({
    summary: 'Is the process alive',
    description: 'Answers as long as the process can answer.',
  })
  @ApiOkResponse({ type: HealthAnswer, description: 'Alive.' })
  live(): HealthAnswer {
    return { status: 'UP' };
  }

  @Get('ready')
  @Public()
  @ApiOperation({
    summary: 'Is the process ready',
    description:
      'Ready: all components run, none is DOWN, accounts are reconciled, and no stop was asked for.',
  })
  @ApiOkResponse({ type: HealthAnswer, description: 'Ready for requests.' })
  @ApiServiceUnavailableResponse({ type: HealthAnswer, description: 'Not ready, or no longer.' })
  ready(@Res({ passthrough: true }) reply: FastifyReply): HealthAnswer {
    if (this.lifecycle.ready()) return { status: 'UP' };
    void reply.code(HttpStatus.SERVICE_UNAVAILABLE);
    return { status: 'DOWN' };
  }
}
