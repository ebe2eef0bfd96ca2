import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@sextant/identity';
import { GetEquity } from '@sextant/portfolio';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { Problems } from '../http/index.js';
import { EquityAnswer } from './equity-answers.js';
import { EquityQuery } from './equity-requests.js';

@ApiTags('Portfolio')
@Problems('DATABASE_UNAVAILABLE')
@Controller('api/portfolio')
export class EquityController {
  constructor(private readonly queries: QueryBus) {}

  @Get('equity')
  @Access({ scope: 'read', accountParam: 'accountId' })
  @ApiOperation({
    summary: 'The equity curve',
    description:
      'What the accounts were worth together, interval by interval: the last value of each, the lowest and the highest. ' +
      'Times in which nobody valued them are listed as gaps.',
  })
  @ApiOkResponse({ type: EquityAnswer, description: 'The curve.' })
  @Problems('EQUITY_RANGE_INVALID')
  async equity(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() query: EquityQuery,
  ): Promise<EquityAnswer> {
    const { accountId = null, venue = null, asset = null, interval = null, from = null, to = null } = query;
    const asked = { accountId, venue, asset, interval, from, to };
    return EquityAnswer.of(await this.queries.execute(new GetEquity(tenantId, asked)));
  }
}
