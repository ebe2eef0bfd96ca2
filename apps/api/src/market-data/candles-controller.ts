import { createHash } from 'node:crypto';
import { Controller, Get, Headers, Query, Res, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { candleGapList, GetCandles, ListCandleGaps } from '@sextant/market-data';
import type { CandlesView } from '@sextant/market-data';
import { encodeCursor, pageRequest } from '@sextant/platform';
import type { Page, PagedList } from '@sextant/platform';
import type { FastifyReply } from 'fastify';
import { Access } from '../auth/index.js';
import { csvFile, CsvToo, PageInfo, PageResponse, Problems, WantsCsv } from '../http/index.js';
import { candleColumns, CandleColumnsResponse, CandleGapResponse, CandleResponse } from './candle-answers.js';
import { CandleGapsQuery, CandlesQuery, DEFAULT_CANDLES } from './candle-requests.js';

/** Closed, complete candles of a past that was asked for by its ends: for an hour nobody needs to ask again. */
const KEEP = 'private, max-age=3600';

type Rows = Page<CandleResponse>;

@ApiTags('Market data')
@Controller('api/market-data')
@Access({ scope: 'read' })
@Problems('UNKNOWN_SYMBOL', 'UNKNOWN_VENUE', 'NO_MARKET_DATA', 'CURSOR_INVALID')
@Problems('DATABASE_UNAVAILABLE')
export class CandlesController {
  constructor(private readonly queries: QueryBus) {}

  @Get('candles')
  @ApiOperation({
    summary: 'Candles of a market',
    description:
      'Oldest first. With `from` a page from there on; without it the newest before `to`. A candle that is not closed ' +
      'says so; where nothing was traded there is none. `Accept: text/csv` gives the same as CSV, with the next page in `Link`.',
  })
  @CsvToo()
  @ApiExtraModels(CandleResponse, CandleColumnsResponse, PageInfo)
  @ApiOkResponse({
    description: 'A page of candles.',
    content: {
      'application/json': {
        schema: {
          oneOf: [
            {
              type: 'object',
              required: ['data', 'page'],
              properties: {
                data: {
                  type: 'array',
                  description: 'The candles.',
                  items: { $ref: getSchemaPath(CandleResponse) },
                },
                page: { description: 'Where to go on.', allOf: [{ $ref: getSchemaPath(PageInfo) }] },
              },
            },
            { $ref: getSchemaPath(CandleColumnsResponse) },
          ],
        },
      },
    },
  })
  @ApiHeader({
    name: 'If-None-Match',
    description: 'ETag of the page as it was read: 304 when it still is that.',
    required: false,
  })
  async candles(
    @Query() query: CandlesQuery,
    @WantsCsv() csv: boolean,
    @Headers('if-none-match') seen: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Rows | CandleColumnsResponse | StreamableFile | undefined> {
    const list: PagedList = { name: `candles ${query.interval}`, key: ['number'] };
    const after = pageRequest({ cursor: query.cursor }, list).after?.[0] as number | undefined;
    const view = await this.queries.execute(
      new GetCandles({
        venue: query.venue ?? null,
        symbol: query.symbol,
        interval: query.interval,
        from: after ?? query.from ?? null,
        to: query.to ?? null,
        limit: query.limit ?? DEFAULT_CANDLES,
        fillForward: query.fill === 'forward',
        asOf: query.asOf ?? null,
        source: query.source ?? null,
        closedOnly: query.closed === true,
      }),
    );
    const page = pageOf(view, list);
    if (isKept(view, query)) {
      const etag = etagOf(view, csv ? 'csv' : (query.format ?? 'rows'));
      void reply.headers({ 'Cache-Control': KEEP, ETag: etag });
      if (seen === etag) return void reply.status(304);
    }
    if (csv) return this.asCsv(view, page, query, reply);
    if (query.format === 'columns') return CandleColumnsResponse.of(view, page);
    return { data: view.candles.map(CandleResponse.of), page };
  }

  @Get('gaps')
  @ApiOperation({
    summary: 'Where candles may be missing',
    description:
      'Time in which nobody listened to the market, a trade came too late for its candle, or a file had no bars. ' +
      'From the first candle on when `from` is left out. A candle without trades is not a missing one.',
  })
  @PageResponse(CandleGapResponse, 'A page of gaps, oldest first.')
  async gaps(@Query() query: CandleGapsQuery): Promise<Page<CandleGapResponse>> {
    const { venue = null, symbol, interval, from = null, to = null, source = null } = query;
    const page = pageRequest(query, candleGapList);
    const gaps = await this.queries.execute(
      new ListCandleGaps(venue, symbol, interval, { from, to }, source, page),
    );
    return { ...gaps, data: gaps.data.map(CandleGapResponse.of) };
  }

  private asCsv(view: CandlesView, page: PageInfo, query: CandlesQuery, reply: FastifyReply): StreamableFile {
    if (page.nextCursor !== null) {
      const next = new URLSearchParams(
        Object.entries({ ...query, cursor: page.nextCursor }).map(([name, value]) => [name, String(value)]),
      );
      void reply.header('Link', `</api/market-data/candles?${next.toString()}>; rel="next"`);
    }
    return csvFile(`${view.symbol}-${view.interval}`, candleColumns, view.candles);
  }
}

function pageOf({ next }: CandlesView, list: PagedList): PageInfo {
  return { nextCursor: next === null ? null : encodeCursor(list.name, [next]), hasMore: next !== null };
}

/** Whether the same request has the same answer from now on, as far as anybody knows. */
function isKept({ candles }: CandlesView, { from, cursor, to }: CandlesQuery): boolean {
  const first = from ?? cursor;
  const last = candles.at(-1);
  if (first === undefined || to === undefined || last === undefined || last.closeTime < to) return false;
  return candles.every(({ closed, complete }) => closed && complete);
}

function etagOf(view: CandlesView, form: string): string {
  return `"${createHash('sha256').update(form).update(JSON.stringify(view)).digest('base64url').slice(0, 27)}"`;
}
