import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { GetExchangeCapabilities, ListExchanges } from '@sextant/exchange';
import type { Page } from '@sextant/platform';
import { Access } from '../auth/index.js';
import { PageResponse, Problems } from '../http/index.js';
import { CapabilitiesResponse, ExchangeResponse } from './exchange-answers.js';

@ApiTags('Exchanges')
@Controller('api/exchanges')
export class ExchangesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Access({ scope: 'read' })
  @ApiOperation({ summary: 'The venues of this installation' })
  @PageResponse(ExchangeResponse, 'All of them, on one page.')
  async list(): Promise<Page<ExchangeResponse>> {
    const exchanges = await this.queries.execute(new ListExchanges());
    return { data: exchanges.map(ExchangeResponse.of), page: { nextCursor: null, hasMore: false } };
  }

  @Get(':name/capabilities')
  @Access({ scope: 'read' })
  @ApiOperation({ summary: 'What a venue can do, and how it behaves where venues differ' })
  @ApiParam({ name: 'name', description: 'Name of the venue.', example: 'PAPER' })
  @ApiOkResponse({ type: CapabilitiesResponse, description: "The adapter's declared traits." })
  @Problems('UNKNOWN_VENUE')
  async capabilities(@Param('name') name: string): Promise<CapabilitiesResponse> {
    return CapabilitiesResponse.of(await this.queries.execute(new GetExchangeCapabilities(name)));
  }
}
