import { Body, Controller, HttpCode, Patch, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AmendOrder, PlaceBatch, ResolveOrder, termsTagOf } from '@sextant/execution';
import type { Principal } from '@sextant/identity';
import type { OrderId } from '@sextant/kernel';
import { Config, currentContext } from '@sextant/platform';
import type { OnceRequest } from '@sextant/platform';
import { AccountDirectory } from '@sextant/portfolio';
import { riskRules } from '@sextant/risk';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { answerOnce, IdParam, IfTermsMatch, Once, Problems, setTermsEtag } from '../http/index.js';
import { callerOf, waitOf } from './caller-of.js';
import { assertSize, batchItemAnswer, itemOf } from './batch-items.js';
import { AmendedOrderAnswer, BatchAnswer, OrderAnswer } from './order-answers.js';
import { AMEND_TERMS_CODES, OWNER_CODES } from './order-codes.js';
import { AmendOrderRequest, BatchRequest, ResolveOrderRequest } from './order-requests.js';
import { DescribePreferWait, PreferWait } from './prefer-wait.js';

@ApiTags('Orders')
@Controller('api/orders')
export class OrderChangesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly accounts: AccountDirectory,
    private readonly config: Config,
  ) {}

  @Post('batch')
  @HttpCode(207)
  @Access({ scope: 'trade', budget: 'orders', accountParam: 'accountId' })
  @DescribePreferWait
  @ApiOperation({
    summary: 'Place and cancel many orders',
    description:
      'Judged one by one: what one item comes to says nothing of the others. The orders that passed risk or were denied by ' +
      'it are one durable commit. The same key again does nothing more and answers the orders as they are now; on a LIVE ' +
      'account every order needs its `clientOrderId`.',
  })
  @ApiResponse({
    status: 207,
    type: BatchAnswer,
    description: 'What became of each, in the order of the request.',
  })
  @Problems('ACCOUNT_REQUIRED', 'ACCOUNT_NOT_FOUND', 'BATCH_SIZE_INVALID', ...OWNER_CODES)
  async batch(
    @CurrentPrincipal() principal: Principal,
    @Body() body: BatchRequest,
    @Once() { key, route, bodyHash: hash }: OnceRequest,
    @PreferWait() waitMs: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BatchAnswer> {
    const { orders = [], cancels = [] } = body;
    assertSize(orders, cancels);
    const account = await this.accounts.resolve(principal.tenantId, body.accountId ?? null);
    const { accountId, items, replayed } = await this.commands.execute(
      new PlaceBatch(account.account_id, {
        orders: orders.map((order) => itemOf(order, account.account_id)),
        cancels,
        once: { key, route, bodyHash: hash },
        caller: callerOf(principal),
        waitMs: waitOf(waitMs, this.config),
      }),
    );
    const instance = '/api/orders/batch';
    const traceId = currentContext().traceId ?? '';
    const answers = items.map((item, index) =>
      batchItemAnswer(item, index < orders.length, instance, traceId),
    );
    return answerOnce(reply, { status: 207, body: { accountId, items: answers }, replayed });
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @Access({ scope: 'trade', budget: 'cancels' })
  @ApiOperation({
    summary: 'Say what became of an order that needs attention',
    description:
      'For an order about which the venue can prove nothing. What you say is believed and kept as the evidence; a fill that ' +
      'comes in spite of it is booked all the same.',
  })
  @ApiOkResponse({ type: OrderAnswer, description: 'The order as it is now.' })
  @Problems('ORDER_NOT_FOUND', 'ORDER_NEEDS_NO_ATTENTION', 'ORDER_TERMS_INVALID', ...OWNER_CODES)
  async resolve(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'ord') orderId: OrderId,
    @Body() { outcome, venueOrderId, note }: ResolveOrderRequest,
  ): Promise<OrderAnswer> {
    const caller = callerOf(principal);
    const payload = { orderId, outcome, venueOrderId: venueOrderId ?? null, note, caller };
    return OrderAnswer.of(await this.commands.execute(new ResolveOrder(payload)));
  }

  @Patch(':id')
  @Access({ scope: 'trade', budget: 'orders' })
  @DescribePreferWait
  @ApiOperation({
    summary: 'Change quantity or price of an order',
    description:
      'The order keeps its id. Where the venue cannot change it as wanted, the order there is cancelled and, once its end is ' +
      'proven with every fill booked, another one is placed for the rest. Refused for the rest, the order is over: ' +
      '`ORDER_REPLACEMENT_REFUSED`.',
  })
  @ApiOkResponse({ type: AmendedOrderAnswer, description: 'The new terms are in force.' })
  @ApiAcceptedResponse({ type: AmendedOrderAnswer, description: 'Asked for; the venue has the last word.' })
  @Problems(
    ...['ORDER_NOT_FOUND', 'ORDER_ALREADY_CLOSED', 'ORDER_CHANGED', 'ORDER_NOT_AMENDABLE'],
    ...['QUANTITY_BELOW_FILLED', 'ORDER_AMEND_REFUSED', 'ORDER_REPLACEMENT_REFUSED'],
    ...[...AMEND_TERMS_CODES, ...OWNER_CODES, ...riskRules],
  )
  async amend(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'ord') orderId: OrderId,
    @Body() body: AmendOrderRequest,
    @IfTermsMatch() ifMatch: string | null,
    @PreferWait() waitMs: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AmendedOrderAnswer> {
    const { quantity = null, price = null, expectedFilledQuantity = null } = body;
    const { outcome, order, queuePriorityKept } = await this.commands.execute(
      new AmendOrder({
        orderId,
        request: { quantity, price, expectedFilledQuantity, ifMatch },
        caller: callerOf(principal),
        waitMs: waitOf(waitMs, this.config),
      }),
    );
    void reply.code(outcome === 'PENDING' ? 202 : 200);
    setTermsEtag(reply, termsTagOf(order));
    return { ...OrderAnswer.of(order), queuePriorityKept };
  }
}
