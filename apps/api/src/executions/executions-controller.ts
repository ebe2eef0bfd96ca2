import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ChangeExecution,
  GetExecution,
  ListExecutions,
  PreviewExecution,
  StartExecution,
} from '@sextant/execution';
import type { ExecutionChange, ExecutionResult } from '@sextant/execution';
import { actorOf } from '@sextant/identity';
import type { Principal } from '@sextant/identity';
import { MarketData } from '@sextant/market-data';
import { currentContext } from '@sextant/platform';
import type { OnceRequest, Page } from '@sextant/platform';
import { AccountDirectory } from '@sextant/portfolio';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { answerOnce, IdParam, Once, PageResponse, Problems } from '../http/index.js';
import { ExecutionAnswer, ExecutionPreviewAnswer, ExecutionSummary } from './execution-answers.js';
import {
  ListExecutionsQuery,
  PauseExecutionRequest,
  requestOf,
  StartExecutionRequest,
} from './execution-requests.js';

const TERMS_CODES = [
  'ACCOUNT_REQUIRED',
  'ACCOUNT_NOT_FOUND',
  'UNKNOWN_SYMBOL',
  'EXECUTION_TERMS_INVALID',
  'EXECUTION_SLICES_INVALID',
  'VOLUME_PROFILE_REQUIRED',
  'PRICE_NOT_ON_TICK',
  'PRICE_OUT_OF_BOUNDS',
  'QUANTITY_NOT_ON_STEP',
  'QUANTITY_TOO_SMALL',
  'QUANTITY_TOO_LARGE',
  'NOTIONAL_TOO_SMALL',
  'MARKET_STALE',
];
const OWNER_CODES = ['ACCOUNT_OWNER_UNREACHABLE', 'ACCOUNT_SESSION_CLOSED', 'COMMIT_PENDING'];
const LIVE_CODES = [
  'LIVE_TRADING_DISABLED',
  'CONNECTION_NOT_ACTIVE',
  'VENUE_UNAVAILABLE',
  'ORDER_KEY_REQUIRED',
];

type Id = `exe_${string}`;

@ApiTags('Executions')
@Controller('api/executions')
export class ExecutionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly accounts: AccountDirectory,
    private readonly markets: MarketData,
  ) {}

  @Post()
  @Access({ scope: 'trade', budget: 'orders', accountParam: 'accountId' })
  @ApiOperation({
    summary: 'Work off a quantity in slices',
    description:
      'The plan is stored before anything is sent, and survives restarts; each slice is an order like any other. The whole is ' +
      'not set aside: what it takes must be free when it begins, and of each slice when that is sent.',
  })
  @ApiCreatedResponse({ type: ExecutionAnswer, description: 'The execution with its plan.' })
  @Problems(
    ...TERMS_CODES,
    ...OWNER_CODES,
    ...LIVE_CODES,
    'INSUFFICIENT_BALANCE',
    'MAX_POSITION_NOTIONAL',
    'EXECUTION_LIMIT_REACHED',
  )
  async start(
    @CurrentPrincipal() principal: Principal,
    @Body() body: StartExecutionRequest,
    @Once() { route, key, bodyHash }: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionAnswer> {
    const account = await this.accounts.resolve(principal.tenantId, body.accountId ?? null);
    const once = { route, key, bodyHash };
    const payload = { request: requestOf(body), once, caller: callerOf(principal) };
    return answered(reply, await this.commands.execute(new StartExecution(account.account_id, payload)));
  }

  @Post('preview')
  @HttpCode(200)
  @Access({ scope: 'read', accountParam: 'accountId' })
  @ApiOperation({ summary: 'The plan of an execution, without starting it' })
  @ApiOkResponse({ type: ExecutionPreviewAnswer, description: 'The plan and every verdict; no effect.' })
  @Problems(...TERMS_CODES, ...OWNER_CODES)
  async preview(
    @CurrentPrincipal() principal: Principal,
    @Body() body: StartExecutionRequest,
  ): Promise<ExecutionPreviewAnswer> {
    const account = await this.accounts.resolve(principal.tenantId, body.accountId ?? null);
    const query = new PreviewExecution(principal.tenantId, account.account_id, requestOf(body));
    return ExecutionPreviewAnswer.of(await this.queries.execute(query));
  }

  @Get()
  @Access({ scope: 'read', accountParam: 'accountId' })
  @ApiOperation({ summary: 'List executions, newest first', description: 'Without their slices.' })
  @PageResponse(ExecutionSummary, 'A page of executions.')
  @Problems('CURSOR_INVALID', 'UNKNOWN_SYMBOL')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ListExecutionsQuery,
  ): Promise<Page<ExecutionSummary>> {
    const symbol = query.symbol === undefined ? {} : { symbol: this.markets.resolveSymbol(query.symbol) };
    const { data, page } = await this.queries.execute(
      new ListExecutions(principal.tenantId, { ...query, ...symbol }),
    );
    return { data: data.map(ExecutionSummary.summaryOf), page };
  }

  @Get(':id')
  @Access({ scope: 'read' })
  @ApiOperation({ summary: 'Get an execution: its plan, its orders, what it cost' })
  @ApiOkResponse({ type: ExecutionAnswer, description: 'The execution.' })
  @Problems('EXECUTION_NOT_FOUND')
  async get(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'exe') id: Id,
  ): Promise<ExecutionAnswer> {
    return ExecutionAnswer.of(await this.queries.execute(new GetExecution(principal.tenantId, id)));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Access({ scope: 'trade', budget: 'cancels' })
  @ApiOperation({
    summary: 'Pause an execution',
    description: 'No new slices. Its end does not move; what is left is spread over the time that is left.',
  })
  @ApiOkResponse({ type: ExecutionAnswer, description: 'The execution.' })
  @Problems('EXECUTION_NOT_FOUND', 'EXECUTION_ALREADY_ENDED', ...OWNER_CODES)
  pause(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'exe') id: Id,
    @Body() body: PauseExecutionRequest,
    @Once() once: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionAnswer> {
    return this.change(principal, id, 'PAUSE', once, reply, body.cancelResting);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Access({ scope: 'trade', budget: 'orders' })
  @ApiOperation({ summary: 'Go on with a paused execution' })
  @ApiOkResponse({ type: ExecutionAnswer, description: 'The execution.' })
  @Problems('EXECUTION_NOT_FOUND', 'EXECUTION_ALREADY_ENDED', ...OWNER_CODES)
  resume(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'exe') id: Id,
    @Once() once: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionAnswer> {
    return this.change(principal, id, 'RESUME', once, reply);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Access({ scope: 'trade', budget: 'cancels' })
  @ApiOperation({
    summary: 'Cancel an execution',
    description: 'Its live orders are cancelled too; `closedAt` stands once the last of them has ended.',
  })
  @ApiOkResponse({ type: ExecutionAnswer, description: 'The execution; also when it was cancelled before.' })
  @Problems('EXECUTION_NOT_FOUND', 'EXECUTION_ALREADY_ENDED', ...OWNER_CODES)
  cancel(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'exe') id: Id,
    @Once() once: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionAnswer> {
    return this.change(principal, id, 'CANCEL', once, reply);
  }

  private async change(
    principal: Principal,
    executionId: string,
    change: ExecutionChange,
    { route, key, bodyHash }: OnceRequest,
    reply: FastifyReply,
    cancelsResting = false,
  ): Promise<ExecutionAnswer> {
    const once = { route, key, bodyHash };
    const payload = { executionId, change, cancelsResting, once, caller: callerOf(principal) };
    return answered(reply, await this.commands.execute(new ChangeExecution(payload)));
  }
}

function answered(reply: FastifyReply, { status, execution, replayed }: ExecutionResult): ExecutionAnswer {
  return answerOnce(reply, { status, body: ExecutionAnswer.of(execution), replayed });
}

function callerOf(principal: Principal) {
  return {
    tenantId: principal.tenantId,
    actor: actorOf(principal),
    traceId: currentContext().traceId ?? null,
  };
}
