import { Controller, Get, Query } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@sextant/identity';
import { GetPerformance, GetPnl } from '@sextant/portfolio';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { csvFile, CsvToo, Problems, WantsCsv } from '../http/index.js';
import { PerformanceAnswer } from './performance-answers.js';
import { PnlAnswer, pnlColumns } from './pnl-answers.js';
import { PerformanceQuery, PnlQuery } from './portfolio-requests.js';

const READ = { scope: 'read', accountParam: 'accountId' } as const;

@ApiTags('Portfolio')
@Problems('DATABASE_UNAVAILABLE')
@Controller('api/portfolio')
export class PerformanceController {
  constructor(private readonly queries: QueryBus) {}

  @Get('pnl')
  @Access(READ)
  @ApiOperation({
    summary: 'P&L by symbol, strategy, day, venue or account',
    description:
      'One account, or all of them. Whatever the grouping, the rows of an asset add up to its total, to the last digit.',
  })
  @ApiOkResponse({ type: PnlAnswer, description: 'One row a group and settlement asset.' })
  @CsvToo()
  @Problems('ACCOUNT_NOT_FOUND')
  async pnl(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() query: PnlQuery,
    @WantsCsv() csv: boolean,
  ): Promise<PnlAnswer | StreamableFile> {
    const { accountId = null, groupBy = 'symbol', from = null, to = null } = query;
    const view = await this.queries.execute(new GetPnl(tenantId, accountId, groupBy, from, to));
    return csv ? csvFile(`pnl-by-${groupBy}`, pnlColumns(groupBy), view.rows) : PnlAnswer.of(view);
  }

  @Get('performance')
  @Access(READ)
  @ApiOperation({
    summary: 'Returns, risk and trades',
    description:
      'Of one account, or of all together, from the history of their equity with flows taken out, and from closed trades. ' +
      'Ratios are fractions; what is not defined is null.',
  })
  @ApiOkResponse({ type: PerformanceAnswer, description: 'The figures.' })
  @Problems('ACCOUNT_NOT_FOUND', 'UNKNOWN_SYMBOL')
  async performance(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() query: PerformanceQuery,
  ): Promise<PerformanceAnswer> {
    const { accountId = null, from = null, to = null, benchmark = null } = query;
    return PerformanceAnswer.of(
      await this.queries.execute(new GetPerformance(tenantId, accountId, from, to, benchmark)),
    );
  }
}
