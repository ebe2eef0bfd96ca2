import { Body, Controller, Patch, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AmendOrder, termsTagOf } from '@sextant/execution';
import type { Principal } from '@sextant/identity';
import type { OrderId } from '@sextant/kernel';
import { Config } from '@sextant/platform';
import { riskRules } from '@sextant/risk';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { IdParam, IfTermsMatch, Problems, setTermsEtag } from '../http/index.js';
import { callerOf, waitOf } from './caller-of.js';
import { AmendedOrderAnswer, OrderAnswer } from './order-answers.js';
import { AMEND_TERMS_CODES, OWNER_CODES } from './order-codes.js';
import { AmendOrderRequest } from './order-requests.js';
import { DescribePreferWait, PreferWait } from './prefer-wait.js';

@ApiTags('Orders')
@Controller('api/orders')
export class OrderChangesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly config: Config,
  ) {}

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
