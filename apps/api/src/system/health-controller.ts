import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DomainError } from '@sextant/kernel';
import { Lifecycle } from '@sextant/platform';
import { Public } from '../auth/index.js';
import { Problems } from '../http/index.js';
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
  @Problems('SYSTEM_NOT_READY')
  ready(): HealthAnswer {
    if (!this.lifecycle.ready())
      throw new DomainError('SYSTEM_NOT_READY', 'The process takes no requests now.');
    return { status: 'UP' };
  }
}
