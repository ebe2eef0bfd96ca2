import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ListReconciliations, ReconcileNow } from '@sextant/execution';
import type { ReconciliationView } from '@sextant/execution';
import type { Principal } from '@sextant/identity';
import type { AccountId } from '@sextant/kernel';
import type { Page } from '@sextant/platform';
import { AccountDirectory } from '@sextant/portfolio';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { Field, PageQuery, PageResponse, Problems } from '../http/index.js';
import { OWNER_CODES } from './order-codes.js';

export class DifferenceAnswer {
  @Field.text({ description: 'The asset.', example: 'BTC' })
  asset!: string;

  @Field.decimal({ description: 'Total of the ledger.', example: '1' })
  ledger!: string;

  @Field.decimal({ description: 'Total at the venue, free and locked.', example: '0.9' })
  venue!: string;
}

export class ReconciliationAnswer {
  @Field.id('rec', { description: 'Id of the comparison.' })
  id!: string;

  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.choice(['EQUAL', 'DUST', 'DIFFERENT'], { description: 'What it came to.', example: 'DIFFERENT' })
  outcome!: string;

  @Field.list(() => DifferenceAnswer, { description: 'What differs and nothing explains.', max: 10_000 })
  differences!: DifferenceAnswer[];

  @Field.flag({ description: 'True: no new orders since, until one agrees.', example: false })
  halted!: boolean;

  @Field.time({ description: 'When.', example: '2026-01-01T00:00:00.000Z' })
  comparedAt!: string;

  static of(view: ReconciliationView): ReconciliationAnswer {
    return { ...view, comparedAt: new Date(view.comparedAt).toISOString() };
  }
}

export class ReconciledAnswer {
  @Field.id('acc', { description: 'The account.' })
  accountId!: string;

  @Field.choice(['EQUAL', 'IN_FLIGHT', 'UNREACHABLE', 'DUST', 'DIFFERENT'], {
    description:
      'What it came to. IN_FLIGHT: something moved meanwhile; DUST: too little to be money, taken over by a posting.',
    example: 'EQUAL',
  })
  outcome!: string;

  @Field.list(() => DifferenceAnswer, { description: 'What differs and nothing explains.', max: 10_000 })
  differences!: DifferenceAnswer[];

  @Field.flag({ description: 'Whether the account takes new orders.', example: true })
  reconciled!: boolean;
}

export class ReconcileRequest {
  static readonly examples = { one: {} };

  @Field.id('acc', { description: 'The account; may be left out when there is exactly one.', optional: true })
  accountId?: AccountId;
}

export class ListReconciliationsQuery extends PageQuery {
  @Field.id('acc', { description: 'Only those of this account.', optional: true })
  accountId?: AccountId;
}

@ApiTags('Orders')
@Controller('api/reconciliations')
export class ReconciliationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly accounts: AccountDirectory,
  ) {}

  @Get()
  @Access({ scope: 'read', accountParam: 'accountId' })
  @ApiOperation({
    summary: 'List comparisons with the venue that found something, the last ones first',
    description: 'Those that found balances to differ, and after them the first one that agreed.',
  })
  @PageResponse(ReconciliationAnswer, 'A page of comparisons.')
  @Problems('CURSOR_INVALID')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: ListReconciliationsQuery,
  ): Promise<Page<ReconciliationAnswer>> {
    const { data, page } = await this.queries.execute(new ListReconciliations(principal.tenantId, query));
    return { data: data.map(ReconciliationAnswer.of), page };
  }

  @Post()
  @HttpCode(200)
  @Access({ scope: 'trade', accountParam: 'accountId' })
  @ApiOperation({
    summary: 'Compare an account with its venue now',
    description:
      'Orders, fills and balances, as the sweep does it. An account that was halted takes orders again once they agree; what ' +
      'came from outside is taken over by `POST /api/portfolio/sync`.',
  })
  @ApiOkResponse({ type: ReconciledAnswer, description: 'What the comparison came to.' })
  @Problems('ACCOUNT_REQUIRED', 'ACCOUNT_NOT_FOUND', ...OWNER_CODES)
  async reconcile(
    @CurrentPrincipal() principal: Principal,
    @Body() body: ReconcileRequest,
  ): Promise<ReconciledAnswer> {
    const account = await this.accounts.resolve(principal.tenantId, body.accountId ?? null);
    return this.commands.execute(new ReconcileNow(account.account_id));
  }
}
