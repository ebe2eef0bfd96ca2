import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ListFills } from '@sextant/execution';
import type { Principal } from '@sextant/identity';
import { MarketData } from '@sextant/market-data';
import type { Page } from '@sextant/platform';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { PageResponse, Problems } from '../http/index.js';
import { FillAnswer } from './order-answers.js';
import { ListFillsQuery } from './order-requests.js';

@ApiTags('Orders')
@Controller('api')
@Problems('CURSOR_INVALID', 'UNKNOWN_SYMBOL')
export class FillsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly markets: MarketData,
  ) {}

  @Get('fills')
  @Access({ scope: 'read', accountParam: 'accountId' })
  @ApiOperation({ summary: 'List fills, the last booked first' })
  @PageResponse(FillAnswer, 'A page of fills.')
  async fills(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ListFillsQuery,
  ): Promise<Page<FillAnswer>> {
    const { symbol, ...rest } = query;
    const filter = symbol === undefined ? rest : { ...rest, symbol: this.markets.resolveSymbol(symbol) };
    const { data, page } = await this.queries.execute(new ListFills(principal.tenantId, filter));
    return { data: data.map(FillAnswer.of), page };
  }

  @Get('trades')
  @Access({ scope: 'read', accountParam: 'accountId' })
  @ApiOperation({ summary: 'Another name of `/api/fills`' })
  @PageResponse(FillAnswer, 'A page of fills.')
  trades(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ListFillsQuery,
  ): Promise<Page<FillAnswer>> {
    return this.fills(principal, query);
  }
}
