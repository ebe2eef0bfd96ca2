import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import {
  CancelAllOrders,
  CancelOrder,
  ExplainOrder,
  GetOrder,
  GetOrderAudit,
  GetOrderByClientId,
  ListFills,
  ListOrders,
  PlaceOrder,
  PreviewOrder,
  termsTagOf,
} from '@sextant/execution';
import type { Principal } from '@sextant/identity';
import type { AccountId, OrderId } from '@sextant/kernel';
import { MarketData } from '@sextant/market-data';
import { bodyHash, Config } from '@sextant/platform';
import type { OnceRequest, Page } from '@sextant/platform';
import { AccountDirectory } from '@sextant/portfolio';
import { riskRules } from '@sextant/risk';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { answerOnce, IdParam, Once, PageQuery, PageResponse, Problems, setTermsEtag } from '../http/index.js';
import { ExplanationAnswer } from './explanation-answers.js';
import { isOpenQuestion } from './batch-items.js';
import { bracketOf } from './attached-legs.js';
import { callerOf, waitOf } from './caller-of.js';
import {
  AuditAnswer,
  CanceledOrderAnswer,
  FillAnswer,
  OrderAnswer,
  OrdersAnswer,
  PreviewAnswer,
} from './order-answers.js';
import { OWNER_CODES, TERMS_CODES } from './order-codes.js';
import {
  CancelAllRequest,
  GetOrderQuery,
  ListOrdersQuery,
  PlaceOrderRequest,
  termsOf,
} from './order-requests.js';
import { DescribePreferWait, PreferWait } from './prefer-wait.js';

const DEFAULT_TIMEOUT_S = 10;

@ApiTags('Orders')
@Controller('api/orders')
export class OrdersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly accounts: AccountDirectory,
    private readonly markets: MarketData,
    private readonly config: Config,
  ) {}

  @Post()
  @Access({ scope: 'trade', budget: 'orders', accountParam: 'accountId' })
  @DescribePreferWait
  @ApiOperation({
    summary: 'Place an order',
    description:
      "Answers on the venue's verdict; a MARKET, IOC or FOK order once it has ended. 202 when that takes longer. " +
      'A refusal by risk or by the venue leaves the order: the problem carries its `orderId`.',
  })
  @ApiCreatedResponse({ type: OrderAnswer, description: 'The order after the verdict of the venue.' })
  @ApiOkResponse({ type: OrderAnswer, description: 'The same request came before: its order as it is now.' })
  @ApiAcceptedResponse({ type: OrderAnswer, description: 'Stored and on its way; no verdict yet.' })
  @Problems(...TERMS_CODES, ...OWNER_CODES, ...riskRules, 'ORDER_REJECTED', 'CLIENT_ORDER_ID_INVALID')
  async place(
    @CurrentPrincipal() principal: Principal,
    @Body() body: PlaceOrderRequest,
    @Once() once: OnceRequest,
    @PreferWait() waitMs: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderAnswer> {
    const account = await this.accounts.resolve(principal.tenantId, body.accountId ?? null);
    const { key, route } = once;
    const request = termsOf(body);
    // Known by its terms, so that it is the same order with a key and without, with a default spelt out and without.
    const repeatable = key !== null || request.clientOrderId !== null;
    const group = bracketOf(request, body);
    const asked = { accountId: account.account_id, ...request, ...(group && { group }) };
    const result = await this.commands.execute(
      new PlaceOrder(account.account_id, {
        request,
        group,
        once: { key, route, bodyHash: repeatable ? bodyHash(asked) : '' },
        caller: callerOf(principal),
        waitMs: waitOf(waitMs, this.config),
      }),
    );
    if (result.replayed) void reply.header('Idempotency-Replayed', 'true');
    void reply.code(result.replayed ? 200 : isOpenQuestion(result.order) ? 202 : 201);
    return OrderAnswer.of(result.order);
  }

  @Post('preview')
  @HttpCode(200)
  @Access({ scope: 'read', accountParam: 'accountId' })
  @ApiOperation({ summary: 'Judge an order without placing it' })
  @ApiOkResponse({
    type: PreviewAnswer,
    description: 'The normalised order, its fee and every verdict; no effect.',
  })
  @Problems(...TERMS_CODES, ...OWNER_CODES)
  async preview(
    @CurrentPrincipal() principal: Principal,
    @Body() body: PlaceOrderRequest,
  ): Promise<PreviewAnswer> {
    const account = await this.accounts.resolve(principal.tenantId, body.accountId ?? null);
    const request = termsOf(body);
    const query = new PreviewOrder(account.account_id, request, bracketOf(request, body));
    return PreviewAnswer.of(await this.queries.execute(query));
  }

  @Post('cancel-all')
  @HttpCode(202)
  @Access({ scope: 'trade', budget: 'cancels', accountParam: 'accountId' })
  @DescribePreferWait
  @ApiOperation({
    summary: 'Cancel every live order and execution of an account, or of one market',
    description:
      'Executions in it end too: they would send the next order. The same key again cancels nothing more: it answers the orders of the first request.',
  })
  @ApiAcceptedResponse({ type: OrdersAnswer, description: 'The orders concerned, as they are now.' })
  @Problems('ACCOUNT_REQUIRED', 'ACCOUNT_NOT_FOUND', 'UNKNOWN_SYMBOL', ...OWNER_CODES)
  async cancelAll(
    @CurrentPrincipal() principal: Principal,
    @Body() body: CancelAllRequest,
    @Once() { route, key, bodyHash: hash }: OnceRequest,
    @PreferWait() waitMs: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrdersAnswer> {
    const account = await this.accounts.resolve(principal.tenantId, body.accountId ?? null);
    const { accountId, orders, executions, unprotected, replayed } = await this.commands.execute(
      new CancelAllOrders(account.account_id, {
        symbol: body.symbol ?? null,
        keepProtective: body.keepProtective ?? false,
        once: { route, key, bodyHash: hash },
        caller: callerOf(principal),
        waitMs: waitOf(waitMs, this.config),
      }),
    );
    const answer = { accountId, orders: orders.map(OrderAnswer.of), executions, unprotected };
    return answerOnce(reply, { status: 202, body: answer, replayed });
  }

  @Get()
  @Access({ scope: 'read', accountParam: 'accountId' })
  @ApiOperation({ summary: 'List orders, newest first' })
  @PageResponse(OrderAnswer, 'A page of orders.')
  @Problems('CURSOR_INVALID', 'UNKNOWN_SYMBOL')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ListOrdersQuery,
  ): Promise<Page<OrderAnswer>> {
    const { strategyId, ...rest } = query;
    const filter = { ...rest, ...this.symbolOf(query.symbol), ...(strategyId && { strategy: strategyId }) };
    const { data, page } = await this.queries.execute(new ListOrders(principal.tenantId, filter));
    return { data: data.map(OrderAnswer.of), page };
  }

  @Get('by-client-id/:accountId/:clientOrderId')
  @Access({ scope: 'read', accountParam: 'accountId' })
  @ApiOperation({ summary: 'Find an order by your own id' })
  @ApiParam({
    name: 'clientOrderId',
    description: 'Your id of the order.',
    schema: { type: 'string', maxLength: 36 },
  })
  @ApiOkResponse({ type: OrderAnswer, description: 'The order.' })
  @Problems('ORDER_NOT_FOUND')
  async byClientId(
    @CurrentPrincipal() principal: Principal,
    @IdParam('accountId', 'acc') accountId: AccountId,
    @Param('clientOrderId') clientOrderId: string,
  ): Promise<OrderAnswer> {
    const query = new GetOrderByClientId(principal.tenantId, accountId, clientOrderId);
    return OrderAnswer.of(await this.queries.execute(query));
  }

  @Get(':id')
  @Access({ scope: 'read' })
  @ApiOperation({
    summary: 'Get an order',
    description:
      'With `waitFor=terminal`, once it has ended or time is over. `ETag` names its terms; a fill leaves it as it is.',
  })
  @ApiOkResponse({ type: OrderAnswer, description: 'The order.' })
  @Problems('ORDER_NOT_FOUND')
  async get(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'ord') id: OrderId,
    @Query() query: GetOrderQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderAnswer> {
    const waitMs = query.waitFor === undefined ? 0 : (query.timeout ?? DEFAULT_TIMEOUT_S) * 1_000;
    const order = await this.queries.execute(new GetOrder(principal.tenantId, id, waitMs));
    setTermsEtag(reply, termsTagOf(order));
    return OrderAnswer.of(order);
  }

  @Delete(':id')
  @HttpCode(202)
  @Access({ scope: 'trade', budget: 'cancels' })
  @DescribePreferWait
  @ApiOperation({
    summary: 'Cancel an order',
    description: 'The final state follows: the order lives until the venue says otherwise.',
  })
  @ApiAcceptedResponse({
    type: CanceledOrderAnswer,
    description: 'The cancellation is asked for; the order as it is now.',
  })
  @ApiOkResponse({ type: CanceledOrderAnswer, description: 'It was cancelled before.' })
  @Problems('ORDER_NOT_FOUND', 'ORDER_ALREADY_CLOSED', ...OWNER_CODES)
  async cancel(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'ord') orderId: OrderId,
    @PreferWait() waitMs: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CanceledOrderAnswer> {
    const { outcome, order, unprotected } = await this.commands.execute(
      new CancelOrder({
        orderId,
        caller: callerOf(principal),
        waitMs: waitOf(waitMs, this.config),
      }),
    );
    void reply.code(outcome === 'ALREADY' ? 200 : 202);
    return { ...OrderAnswer.of(order), unprotected };
  }

  @Get(':id/fills')
  @Access({ scope: 'read' })
  @ApiOperation({ summary: 'List the fills of an order' })
  @PageResponse(FillAnswer, 'A page of fills, the last booked first.')
  @Problems('ORDER_NOT_FOUND', 'CURSOR_INVALID')
  async fills(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'ord') orderId: OrderId,
    @Query() query: PageQuery,
  ): Promise<Page<FillAnswer>> {
    const { accountId } = await this.queries.execute(new GetOrder(principal.tenantId, orderId));
    const filter = { ...query, orderId, accountId: accountId as AccountId };
    const { data, page } = await this.queries.execute(new ListFills(principal.tenantId, filter));
    return { data: data.map(FillAnswer.of), page };
  }

  @Get(':id/audit')
  @Access({ scope: 'read' })
  @ApiOperation({ summary: 'What happened to an order, with the evidence' })
  @ApiOkResponse({ type: AuditAnswer, description: 'Decisions, attempts and events in order.' })
  @Problems('ORDER_NOT_FOUND')
  async audit(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'ord') id: OrderId,
  ): Promise<AuditAnswer> {
    return AuditAnswer.of(await this.queries.execute(new GetOrderAudit(principal.tenantId, id)));
  }

  @Get(':id/explanation')
  @Access({ scope: 'read' })
  @ApiOperation({
    summary: 'Why an order is what it is',
    description:
      'Cause after cause, from what was stored while it happened: the request, the grid, each rule of risk with what it saw, ' +
      'attempts with their fence, the words of the venue, fills, and the entries of the ledger with their hashes.',
  })
  @ApiOkResponse({ type: ExplanationAnswer, description: 'The chain of causes.' })
  @Problems('ORDER_NOT_FOUND')
  async explanation(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'ord') id: OrderId,
  ): Promise<ExplanationAnswer> {
    return ExplanationAnswer.of(await this.queries.execute(new ExplainOrder(principal.tenantId, id)));
  }

  private symbolOf(text: string | undefined): { symbol?: string } {
    return text === undefined ? {} : { symbol: this.markets.resolveSymbol(text) };
  }
}
