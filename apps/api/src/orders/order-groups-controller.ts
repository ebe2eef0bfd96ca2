import { Body, Controller, Delete, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { CancelOrderGroup, GetOrderGroup, ListOrderGroups, PlaceOrder } from '@sextant/execution';
import type { Principal } from '@sextant/identity';
import { MarketData } from '@sextant/market-data';
import { bodyHash, Config } from '@sextant/platform';
import type { OnceRequest, Page } from '@sextant/platform';
import { AccountDirectory } from '@sextant/portfolio';
import { riskRules } from '@sextant/risk';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { IdParam, Once, PageResponse, Problems } from '../http/index.js';
import { callerOf, waitOf } from './caller-of.js';
import { OWNER_CODES, TERMS_CODES } from './order-codes.js';
import { CanceledOrderGroupAnswer, OrderGroupAnswer } from './order-group-answers.js';
import { groupTermsOf, ListOrderGroupsQuery, PlaceOrderGroupRequest } from './order-group-requests.js';
import { DescribePreferWait, PreferWait } from './prefer-wait.js';

@ApiTags('Orders')
@Controller('api/order-groups')
export class OrderGroupsController {
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
    summary: 'Place orders that belong together',
    description:
      'All of them are stored in one commit, or none. At most one is at the venue at a time, and what they need is set ' +
      "aside once. Answers on the venue's verdict about the first that goes there.",
  })
  @ApiCreatedResponse({ type: OrderGroupAnswer, description: 'The group.' })
  @ApiOkResponse({
    type: OrderGroupAnswer,
    description: 'The same request came before: its group as it is now.',
  })
  @Problems(...TERMS_CODES, ...OWNER_CODES, ...riskRules, 'ORDER_REJECTED', 'CLIENT_ORDER_ID_INVALID')
  async place(
    @CurrentPrincipal() principal: Principal,
    @Body() body: PlaceOrderGroupRequest,
    @Once() { key, route }: OnceRequest,
    @PreferWait() waitMs: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderGroupAnswer> {
    const account = await this.accounts.resolve(principal.tenantId, body.accountId ?? null);
    const terms = groupTermsOf(body);
    const hash = bodyHash({ accountId: account.account_id, ...terms });
    const { order, replayed } = await this.commands.execute(
      new PlaceOrder(account.account_id, {
        ...terms,
        once: { key, route, bodyHash: hash },
        caller: callerOf(principal),
        waitMs: waitOf(waitMs, this.config),
      }),
    );
    if (replayed) void reply.header('Idempotency-Replayed', 'true');
    void reply.code(replayed ? 200 : 201);
    return this.group(principal, order.conditions?.groupId ?? '');
  }

  @Get()
  @Access({ scope: 'read', accountParam: 'accountId' })
  @ApiOperation({ summary: 'List order groups, newest first' })
  @PageResponse(OrderGroupAnswer, 'A page of order groups.')
  @Problems('CURSOR_INVALID', 'UNKNOWN_SYMBOL')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ListOrderGroupsQuery,
  ): Promise<Page<OrderGroupAnswer>> {
    const { symbol, ...rest } = query;
    const filter = { ...rest, ...(symbol !== undefined && { symbol: this.markets.resolveSymbol(symbol) }) };
    const { data, page } = await this.queries.execute(new ListOrderGroups(principal.tenantId, filter));
    return { data: data.map((group) => OrderGroupAnswer.of(group)), page };
  }

  @Get(':id')
  @Access({ scope: 'read' })
  @ApiOperation({ summary: 'Get an order group with its orders' })
  @ApiOkResponse({ type: OrderGroupAnswer, description: 'The group.' })
  @Problems('ORDER_GROUP_NOT_FOUND')
  get(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'grp') groupId: string,
  ): Promise<OrderGroupAnswer> {
    return this.group(principal, groupId);
  }

  @Delete(':id')
  @HttpCode(202)
  @Access({ scope: 'trade', budget: 'cancels' })
  @DescribePreferWait
  @ApiOperation({
    summary: 'Cancel all orders of a group',
    description: 'Says which positions are left without protection. The final states follow.',
  })
  @ApiAcceptedResponse({ type: CanceledOrderGroupAnswer, description: 'The cancellations are asked for.' })
  @ApiOkResponse({ type: CanceledOrderGroupAnswer, description: 'Nothing of it lived.' })
  @Problems('ORDER_GROUP_NOT_FOUND', ...OWNER_CODES)
  async cancel(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'grp') groupId: string,
    @PreferWait() waitMs: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CanceledOrderGroupAnswer> {
    const caller = callerOf(principal);
    const payload = { groupId, caller, waitMs: waitOf(waitMs, this.config) };
    const { orders, unprotected } = await this.commands.execute(new CancelOrderGroup(payload));
    void reply.code(orders.length === 0 ? 200 : 202);
    const group = await this.queries.execute(new GetOrderGroup(principal.tenantId, groupId));
    return CanceledOrderGroupAnswer.canceled(group, unprotected);
  }

  private async group(principal: Principal, groupId: string): Promise<OrderGroupAnswer> {
    return OrderGroupAnswer.of(await this.queries.execute(new GetOrderGroup(principal.tenantId, groupId)));
  }
}
