import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GetOrderBook, ListStreams, ListSymbols, ListTickers, ListTrades } from '@sextant/market-data';
import type { Page } from '@sextant/platform';
import { Access } from '../auth/index.js';
import { PageResponse, Problems } from '../http/index.js';
import {
  OrderBookResponse,
  StreamResponse,
  SymbolResponse,
  TickerResponse,
  TradeResponse,
} from './market-data-answers.js';
import { OrderBookQuery, TickersQuery, TradesQuery } from './market-data-requests.js';

@ApiTags('Market data')
@Controller('api/market-data')
@Access({ scope: 'read' })
export class MarketDataController {
  constructor(private readonly queries: QueryBus) {}

  @Get('symbols')
  @ApiOperation({ summary: "Every market with its venue's rules" })
  @PageResponse(SymbolResponse, 'All of them, on one page.')
  async symbols(): Promise<Page<SymbolResponse>> {
    return onePage((await this.queries.execute(new ListSymbols())).map(SymbolResponse.of));
  }

  @Get('tickers')
  @ApiOperation({ summary: 'Best prices, marks and their ages' })
  @PageResponse(TickerResponse, 'One for each market, on one page.')
  @Problems('UNKNOWN_SYMBOL')
  async tickers(@Query() query: TickersQuery): Promise<Page<TickerResponse>> {
    return onePage(
      (await this.queries.execute(new ListTickers(query.symbols ?? null))).map(TickerResponse.of),
    );
  }

  @Get('order-book')
  @ApiOperation({ summary: 'The best levels of an order book' })
  @ApiOkResponse({ type: OrderBookResponse, description: 'The book in sequence.' })
  @Problems('UNKNOWN_SYMBOL', 'ORDER_BOOK_UNAVAILABLE')
  async orderBook(@Query() query: OrderBookQuery): Promise<OrderBookResponse> {
    return OrderBookResponse.of(
      await this.queries.execute(new GetOrderBook(query.symbol, query.depth ?? 50)),
    );
  }

  @Get('trades')
  @ApiOperation({ summary: 'The newest public trades, newest first' })
  @PageResponse(TradeResponse, 'The newest ones, on one page.')
  @Problems('UNKNOWN_SYMBOL')
  async trades(@Query() query: TradesQuery): Promise<Page<TradeResponse>> {
    const trades = await this.queries.execute(new ListTrades(query.symbol, query.limit ?? 50));
    return onePage(trades.map(TradeResponse.of));
  }

  @Get('streams')
  @ApiOperation({ summary: 'State and age of every market data stream' })
  @PageResponse(StreamResponse, 'All of them, on one page.')
  async streams(): Promise<Page<StreamResponse>> {
    return onePage((await this.queries.execute(new ListStreams())).map(StreamResponse.of));
  }
}

function onePage<T>(data: T[]): Page<T> {
  return { data, page: { nextCursor: null, hasMore: false } };
}
