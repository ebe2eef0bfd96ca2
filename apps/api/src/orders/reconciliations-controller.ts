import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ListReconciliations, ReconcileNow } from '@sextant/execution';
import { actorOf } from '@sextant/identity';
import type { Principal } from '@sextant/identity';
import type { Page } from '@sextant/platform';
import { AccountDirectory } from '@sextant/portfolio';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { PageResponse, Problems } from '../http/index.js';
import { OWNER_CODES } from './order-codes.js';
import { ReconciledAnswer, ReconciliationAnswer } from './reconciliation-answers.js';
import { ListReconciliationsQuery, ReconcileRequest } from './reconciliation-requests.js';

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
    summary: 'List comparisons with the venue, the last ones first',
    description:
      'Those that somebody asked for, those that found something, the first one after which it was otherwise, and of a LIVE ' +
      'account one an hour.',
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
      'Fills, orders, balances, and trades one by one. A trade that is missing and a fee that was changed are booked, dust ' +
      'within the tolerance too; what nothing explains only with `accept`, and only while it is exactly the difference that ' +
      'was told. An account that was halted takes orders again once it agrees.',
  })
  @ApiOkResponse({ type: ReconciledAnswer, description: 'What the comparison came to.' })
  @Problems('ACCOUNT_REQUIRED', 'ACCOUNT_NOT_FOUND', 'DIFFERENCE_REPEATED', ...OWNER_CODES)
  async reconcile(
    @CurrentPrincipal() principal: Principal,
    @Body() body: ReconcileRequest,
  ): Promise<ReconciledAnswer> {
    const account = await this.accounts.resolve(principal.tenantId, body.accountId ?? null);
    const command = new ReconcileNow(account.account_id, actorOf(principal), body.accept ?? []);
    return ReconciledAnswer.of(await this.commands.execute(command));
  }
}
