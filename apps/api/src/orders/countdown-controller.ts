import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CancelAllAfter, GetCancelAllAfter } from '@sextant/execution';
import type { CountdownView } from '@sextant/execution';
import type { Principal } from '@sextant/identity';
import type { AccountId } from '@sextant/kernel';
import { AccountDirectory } from '@sextant/portfolio';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { Field, Problems } from '../http/index.js';
import { callerOf } from './caller-of.js';
import { OWNER_CODES } from './order-codes.js';

const ACCOUNT = 'The account; may be left out when there is exactly one.';
const A_DAY_S = 86_400;

export class CancelAllAfterRequest {
  static readonly examples = { off: { seconds: 0 } };

  @Field.id('acc', { description: ACCOUNT, optional: true })
  accountId?: AccountId;

  @Field.integer({
    description: 'From now on; 0 takes it back. Ask again before it is over, and it counts anew.',
    example: 60,
    min: 0,
    max: A_DAY_S,
  })
  seconds!: number;

  @Field.flag({
    description:
      'Leaves what protects a position, as cancel-all does: who is gone needs the stops most. false cancels them too, and ' +
      'lets the venue count beside us where it can.',
    optional: true,
    default: true,
  })
  keepProtective?: boolean;
}

export class CountdownQuery {
  @Field.id('acc', { description: ACCOUNT, optional: true })
  accountId?: AccountId;
}

export class CountdownAnswer {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.choice(['OFF', 'ARMED', 'DISARMED', 'EXPIRED'], {
    description: 'OFF: never set; EXPIRED: all orders were cancelled, and it counts no more.',
    example: 'ARMED',
  })
  state!: string;

  @Field.integer({ description: 'How long it counts.', example: 60 })
  seconds!: number;

  @Field.flag({ description: 'Whether orders that protect a position stay.', example: true })
  keepProtective!: boolean;

  @Field.time({ description: 'When it was set last.', nullable: true, example: '2026-01-01T00:00:00.000Z' })
  armedAt!: string | null;

  @Field.time({
    description: 'When it is over, or was; null while it is off.',
    nullable: true,
    example: '2026-01-01T00:01:00.000Z',
  })
  expiresAt!: string | null;

  @Field.flag({
    description: 'Whether the venue is asked to count as well: that works while no process of ours does.',
    example: false,
  })
  venueCounts!: boolean;

  static of(view: CountdownView): CountdownAnswer {
    return { ...view, armedAt: iso(view.armedAt), expiresAt: iso(view.expiresAt) };
  }
}

const iso = (epochMs: number | null) => (epochMs === null ? null : new Date(epochMs).toISOString());

@ApiTags('Orders')
@Controller('api/orders/cancel-all-after')
export class CountdownController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly accounts: AccountDirectory,
  ) {}

  @Post()
  @HttpCode(200)
  @Access({ scope: 'trade', budget: 'cancels', accountParam: 'accountId' })
  @ApiOperation({
    summary: "Set a dead man's switch: cancel all orders unless you ask again in time",
    description:
      'The deadline is durable before the answer, and holds over restarts. Safe to repeat: it begins to count anew. Running ' +
      'executions go on; pause them where they should not.',
  })
  @ApiOkResponse({ type: CountdownAnswer, description: 'The countdown as it is now.' })
  @Problems('ACCOUNT_REQUIRED', 'ACCOUNT_NOT_FOUND', ...OWNER_CODES)
  async set(
    @CurrentPrincipal() principal: Principal,
    @Body() { accountId, seconds, keepProtective = true }: CancelAllAfterRequest,
  ): Promise<CountdownAnswer> {
    const account = await this.accounts.resolve(principal.tenantId, accountId ?? null);
    const payload = { seconds, keepProtective, caller: callerOf(principal) };
    return CountdownAnswer.of(await this.commands.execute(new CancelAllAfter(account.account_id, payload)));
  }

  @Get()
  @Access({ scope: 'read', accountParam: 'accountId' })
  @ApiOperation({ summary: "Get the dead man's switch of an account" })
  @ApiOkResponse({ type: CountdownAnswer, description: 'The countdown as it is stored.' })
  @Problems('ACCOUNT_REQUIRED', 'ACCOUNT_NOT_FOUND')
  async get(
    @CurrentPrincipal() principal: Principal,
    @Query() { accountId }: CountdownQuery,
  ): Promise<CountdownAnswer> {
    const account = await this.accounts.resolve(principal.tenantId, accountId ?? null);
    const query = new GetCancelAllAfter(principal.tenantId, account.account_id);
    return CountdownAnswer.of(await this.queries.execute(query));
  }
}
