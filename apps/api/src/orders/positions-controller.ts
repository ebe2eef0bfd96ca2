import { Body, Controller, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { PlaceOrder } from '@sextant/execution';
import type { OrderRequest, OrderView } from '@sextant/execution';
import type { Principal } from '@sextant/identity';
import type { AccountId } from '@sextant/kernel';
import { bodyHash, Config } from '@sextant/platform';
import type { OnceRequest } from '@sextant/platform';
import { AccountDirectory } from '@sextant/portfolio';
import { riskRules } from '@sextant/risk';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { DecimalString, Field, Once, Problems } from '../http/index.js';
import { isOpenQuestion } from './batch-items.js';
import { callerOf, waitOf } from './caller-of.js';
import { OrderAnswer } from './order-answers.js';
import { OWNER_CODES } from './order-codes.js';
import { DescribePreferWait, PreferWait } from './prefer-wait.js';
import { SizingAnswer, sizingExample } from './sizing-answer.js';

/** The whole of it, unless said. */
const ALL = '1';

export class ClosePositionRequest {
  static readonly examples = { half: { symbol: 'BTC/USDT', fraction: '0.5' } };

  @Field.id('acc', { description: 'The account; may be left out when there is exactly one.', optional: true })
  accountId?: AccountId;

  @Field.symbol({ description: 'The market.', example: 'BTC/USDT' })
  symbol!: string;

  @DecimalString({
    description: 'How much of the position: above 0, at most 1, which is all of it.',
    example: '1',
    positive: true,
    optional: true,
  })
  fraction?: string;
}

export class ClosingOrderAnswer extends OrderAnswer {
  @Field.object(() => SizingAnswer, {
    description: 'Where the quantity came from, and in `dust` what cannot be closed.',
    example: { ...sizingExample, by: 'POSITION', share: '1', of: '0.04081', asset: 'BTC', price: null },
  })
  sizing!: SizingAnswer | null;

  static override of(view: OrderView): ClosingOrderAnswer {
    return { ...OrderAnswer.of(view), sizing: view.sizing };
  }
}

const REFUSALS = [
  'ACCOUNT_REQUIRED',
  'ACCOUNT_NOT_FOUND',
  'UNKNOWN_SYMBOL',
  'ORDER_TERMS_INVALID',
  'ORDER_TERMS_NOT_SUPPORTED',
  'REDUCE_ONLY_WITHOUT_POSITION',
  'POSITION_RESERVED',
  'QUANTITY_TOO_SMALL',
  'QUANTITY_TOO_LARGE',
  'NOTIONAL_TOO_SMALL',
  'ORDER_REJECTED',
];

@ApiTags('Orders')
@Controller('api/positions')
export class PositionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly accounts: AccountDirectory,
    private readonly config: Config,
  ) {}

  @Post('close')
  @Access({ scope: 'trade', budget: 'orders', accountParam: 'accountId' })
  @DescribePreferWait
  @ApiOperation({
    summary: 'Close a position, or a part of it, at market',
    description:
      'A reduce-only MARKET order, answered like any other. All of it: every order that would close the position too is ' +
      'cancelled first, with the rest of its group, and the order goes out on proof of their end; it waits for that ' +
      '(`CREATED`, 202), also over a restart. A part: out of what no order holds; what protects the rest stays.',
  })
  @ApiCreatedResponse({ type: ClosingOrderAnswer, description: 'The order once it has ended.' })
  @ApiOkResponse({
    type: ClosingOrderAnswer,
    description: 'The same request came before: its order as it is now.',
  })
  @ApiAcceptedResponse({ type: ClosingOrderAnswer, description: 'Stored; it has not ended yet.' })
  @Problems(...REFUSALS, ...OWNER_CODES, ...riskRules)
  async close(
    @CurrentPrincipal() principal: Principal,
    @Body() body: ClosePositionRequest,
    @Once() { key, route }: OnceRequest,
    @PreferWait() waitMs: number | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClosingOrderAnswer> {
    const account = await this.accounts.resolve(principal.tenantId, body.accountId ?? null);
    const request = closing(body);
    const asked = { accountId: account.account_id, ...request };
    const { order, replayed } = await this.commands.execute(
      new PlaceOrder(account.account_id, {
        request,
        once: { key, route, bodyHash: key === null ? '' : bodyHash(asked) },
        caller: callerOf(principal),
        waitMs: waitOf(waitMs, this.config),
      }),
    );
    if (replayed) void reply.header('Idempotency-Replayed', 'true');
    void reply.code(replayed ? 200 : isOpenQuestion(order) ? 202 : 201);
    return ClosingOrderAnswer.of(order);
  }
}

/** The side and the quantity follow from the position, where the order is decided. */
function closing({ symbol, fraction = ALL }: ClosePositionRequest): OrderRequest {
  return {
    ...{ symbol, side: 'SELL', type: 'MARKET', quantity: null, quoteQuantity: null, price: null },
    ...{ timeInForce: null, postOnly: false, clientOrderId: null, strategy: null, tags: [] },
    conditions: {
      ...{ stopPrice: null, trailingDelta: null, trailingPercent: null, triggerBy: null },
      ...{ expireTime: null, displayQuantity: null, reduceOnly: true },
    },
    sizing: { by: 'POSITION', share: fraction, stopPrice: null },
  };
}
