import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf } from '@sextant/identity';
import type { Principal } from '@sextant/identity';
import { parseScaled } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { pageRequest } from '@sextant/platform';
import type { OnceRequest, Page } from '@sextant/platform';
import { ACCOUNT_LIST, GetAccount, ListAccounts, OpenPaperAccount } from '@sextant/portfolio';
import type { RequestKey } from '@sextant/portfolio';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { answerOnce, IdParam, Once, PageQuery, PageResponse, Problems } from '../http/index.js';
import { AccountAnswer, OpenAccountRequest } from './account-requests.js';

const PAPER_VENUE = 'PAPER';
const DEFAULT_DEPOSIT = '100000';

@ApiTags('Accounts')
@Problems('DATABASE_UNAVAILABLE')
@Controller('api/accounts')
export class AccountsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Access({ scope: 'trade', role: 'trader' })
  @ApiOperation({
    summary: 'Open a paper account',
    description: 'Its opening balances are deposits in its ledger.',
  })
  @ApiCreatedResponse({ type: AccountAnswer, description: 'The account; it can trade at once.' })
  @Problems('AMOUNT_OUT_OF_RANGE', 'ASSET_REPEATED')
  async open(
    @CurrentPrincipal() principal: Principal,
    @Body() body: OpenAccountRequest,
    @Once() once: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccountAnswer> {
    const { name = 'Paper', reportingAsset = 'USDT' } = body;
    const balances = body.balances ?? [{ asset: reportingAsset, amount: DEFAULT_DEPOSIT }];
    const deposits = balances.map(({ asset, amount }) => ({ asset, units: parseScaled(amount) }));
    const { account, replayed } = await this.commands.execute(
      new OpenPaperAccount(
        principal.tenantId,
        name,
        PAPER_VENUE,
        reportingAsset,
        deposits,
        requestKey(once),
        actorOf(principal),
      ),
    );
    return answerOnce(reply, { status: 201, body: AccountAnswer.of(account), replayed });
  }

  @Get()
  @Access({ scope: 'read' })
  @ApiOperation({ summary: 'List accounts', description: 'Oldest first.' })
  @PageResponse(AccountAnswer, 'A page of accounts.')
  @Problems('CURSOR_INVALID')
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query() query: PageQuery,
  ): Promise<Page<AccountAnswer>> {
    const page = pageRequest(query, ACCOUNT_LIST);
    const answer = await this.queries.execute(new ListAccounts(principal.tenantId, page));
    return { ...answer, data: answer.data.map(AccountAnswer.of) };
  }

  @Get(':id')
  @Access({ scope: 'read', accountParam: 'id' })
  @ApiOperation({ summary: 'Read an account' })
  @ApiOkResponse({ type: AccountAnswer, description: 'The account.' })
  @Problems('ACCOUNT_NOT_FOUND')
  async read(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'acc') accountId: AccountId,
  ): Promise<AccountAnswer> {
    return AccountAnswer.of(await this.queries.execute(new GetAccount(principal.tenantId, accountId)));
  }
}

function requestKey({ route, key, bodyHash }: OnceRequest): RequestKey | null {
  return key === null ? null : { route, key, bodyHash };
}
