import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { actorOf } from '@sextant/identity';
import type { Principal } from '@sextant/identity';
import { pageRequest } from '@sextant/platform';
import type { OnceRequest, Page } from '@sextant/platform';
import {
  ExportTransactions,
  GetPortfolio,
  GetPosition,
  ListBalances,
  ListPositions,
  ListTransactions,
  StartHistoryImport,
  SyncPortfolio,
  transactionList,
} from '@sextant/portfolio';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { answerOnce, csvFile, CsvToo, Once, PageResponse, Problems, WantsCsv } from '../http/index.js';
import { JobAnswer, jobAccepted } from '../jobs/index.js';
import { PortfolioAnswer } from './portfolio-answer.js';
import {
  BalanceAnswer,
  BalancesAnswer,
  ONE_PAGE,
  PositionsAnswer,
  SyncAnswer,
  TransactionAnswer,
} from './portfolio-answers.js';
import {
  AccountQuery,
  PortfolioQuery,
  PositionsQuery,
  SyncPortfolioRequest,
  TransactionsQuery,
} from './portfolio-requests.js';
import { iso, PositionAnswer } from './position-answers.js';
import { TRANSACTION_COLUMNS, transactionLines } from './transaction-columns.js';

const READ = { scope: 'read', accountParam: 'accountId' } as const;

@ApiTags('Portfolio')
@Problems('DATABASE_UNAVAILABLE')
@Controller('api/portfolio')
export class PortfolioController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Access(READ)
  @ApiOperation({ summary: 'Equity, cash, positions and P&L', description: 'By account and in total.' })
  @ApiOkResponse({ type: PortfolioAnswer, description: 'The portfolio.' })
  async portfolio(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() query: PortfolioQuery,
  ): Promise<PortfolioAnswer> {
    return PortfolioAnswer.of(
      await this.queries.execute(new GetPortfolio(tenantId, query.accountId ?? null)),
    );
  }

  @Get('balances')
  @Access(READ)
  @ApiOperation({
    summary: 'Balances',
    description: 'total = free + locked; locked is what live orders hold back.',
  })
  @ApiOkResponse({ type: BalancesAnswer, description: 'The balances by asset.' })
  @Problems('ACCOUNT_REQUIRED')
  async balances(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() query: AccountQuery,
  ): Promise<BalancesAnswer> {
    const view = await this.queries.execute(new ListBalances(tenantId, query.accountId ?? null));
    const { balances, asOf, complete, stale } = view;
    const data = balances.map((balance) => BalanceAnswer.of(balance, asOf));
    return { data, page: ONE_PAGE, asOf: iso(asOf), complete, stale };
  }

  @Get('positions')
  @Access(READ)
  @ApiOperation({ summary: 'Positions', description: 'Open ones, each with what the strategies contribute.' })
  @ApiOkResponse({ type: PositionsAnswer, description: 'The positions by symbol.' })
  @Problems('ACCOUNT_REQUIRED')
  async positions(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() query: PositionsQuery,
  ): Promise<PositionsAnswer> {
    const { accountId = null, includeFlat = false } = query;
    const view = await this.queries.execute(new ListPositions(tenantId, accountId, includeFlat));
    const { positions, asOf, complete, stale } = view;
    const data = positions.map((position) => PositionAnswer.of(position, asOf, stale));
    return { data, page: ONE_PAGE, asOf: iso(asOf), complete, stale };
  }

  @Get('positions/:symbol')
  @Access(READ)
  @ApiOperation({ summary: 'One position', description: 'BTCUSDT, BTC-USDT, or BTC/USDT with %2F.' })
  @ApiParam({
    name: 'symbol',
    description: 'The market, in any spelling.',
    schema: { type: 'string', example: 'BTCUSDT' },
  })
  @ApiOkResponse({ type: PositionAnswer, description: 'The position, flat ones too.' })
  @Problems('ACCOUNT_REQUIRED', 'UNKNOWN_SYMBOL', 'POSITION_NOT_FOUND')
  async position(
    @CurrentPrincipal() { tenantId }: Principal,
    @Param('symbol') symbol: string,
    @Query() query: AccountQuery,
  ): Promise<PositionAnswer> {
    const view = await this.queries.execute(new GetPosition(tenantId, query.accountId ?? null, symbol));
    return PositionAnswer.of(view.position, view.asOf, view.stale);
  }

  @Get('transactions')
  @Access(READ)
  @ApiOperation({ summary: 'What moved the money', description: 'Newest first.' })
  @PageResponse(TransactionAnswer, 'A page of transactions.')
  @CsvToo()
  @Problems('ACCOUNT_REQUIRED', 'CURSOR_INVALID')
  async transactions(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() query: TransactionsQuery,
    @WantsCsv() csv: boolean,
  ): Promise<Page<TransactionAnswer> | StreamableFile> {
    const { accountId = null, kind = null, asset = null, from = null, to = null } = query;
    const page = pageRequest(query, transactionList(accountId));
    const filter = { kind, asset, from, to };
    if (csv) {
      const all = await this.queries.execute(new ExportTransactions(tenantId, accountId, filter));
      return csvFile('transactions', TRANSACTION_COLUMNS, transactionLines(all));
    }
    const answer = await this.queries.execute(new ListTransactions(tenantId, accountId, filter, page));
    return { ...answer, data: answer.data.map(TransactionAnswer.of) };
  }

  @Post('sync')
  @HttpCode(200)
  @Access({ scope: 'trade', role: 'trader', accountParam: 'accountId' })
  @ApiOperation({
    summary: 'Compare with the venue',
    description:
      'Equal, explained or unexplained, asset by asset. Repeating it is harmless: what was taken over is equal then. ' +
      'What nothing explains stays as it is, and the account opens nothing new, until somebody says that it came from ' +
      'outside or went there: `takeTransfers`. With `history` it is long work: a job imports what the account traded ' +
      'before it was first seen, and compares then. Repeating that is harmless, too.',
  })
  @ApiOkResponse({ type: SyncAnswer, description: 'The report.' })
  @ApiAcceptedResponse({ type: JobAnswer, description: 'With `history`: the job that imports it.' })
  @Problems('ACCOUNT_REQUIRED', 'VENUE_BALANCES_UNKNOWN', 'ACCOUNT_OWNER_UNREACHABLE')
  @Problems('HISTORY_UNAVAILABLE', 'JOB_ALREADY_RUNNING')
  async sync(
    @CurrentPrincipal() principal: Principal,
    @Body() body: SyncPortfolioRequest,
    @Once() request: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SyncAnswer | JobAnswer> {
    if (body.history !== undefined) return this.importHistory(principal, body, request, reply);
    const { route, key, bodyHash } = request;
    const once = key === null ? null : { route, key, bodyHash };
    const { accountId = null, takeTransfers = false } = body;
    const actor = actorOf(principal);
    const command = new SyncPortfolio(principal.tenantId, accountId, actor, once, takeTransfers);
    const { report, replayed } = await this.commands.execute(command);
    return answerOnce(reply, { status: 200, body: SyncAnswer.of(report), replayed });
  }

  private async importHistory(
    principal: Principal,
    { accountId, history }: SyncPortfolioRequest,
    once: OnceRequest,
    reply: FastifyReply,
  ): Promise<JobAnswer> {
    const from = history?.from ?? null;
    const command = new StartHistoryImport(
      principal.tenantId,
      accountId ?? null,
      actorOf(principal),
      from,
      once,
    );
    const { body: job, ...answer } = await this.commands.execute(command);
    return jobAccepted(reply, { ...answer, body: JobAnswer.of(job) });
  }
}
