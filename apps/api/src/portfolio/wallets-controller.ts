import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Principal } from '@sextant/identity';
import type { TenantId } from '@sextant/kernel';
import { pageRequest } from '@sextant/platform';
import type { OnceRequest, Page } from '@sextant/platform';
import {
  ForgetWallet,
  GetWallet,
  ListWallets,
  StateWalletHoldings,
  WALLET_LIST,
  WatchWallet,
} from '@sextant/portfolio';
import type { WalletId } from '@sextant/portfolio';
import type { FastifyReply } from 'fastify';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { answerOnce, IdParam, Once, PageResponse, Problems } from '../http/index.js';
import { WalletAnswer } from './wallet-answers.js';
import { StateHoldingsRequest, unitsOf, WalletsQuery, WatchWalletRequest } from './wallet-requests.js';

const WRITE = { scope: 'trade', role: 'trader' } as const;

@ApiTags('Watched wallets')
@Problems('DATABASE_UNAVAILABLE')
@Controller('api/portfolio/wallets')
export class WalletsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Access({ scope: 'read' })
  @ApiOperation({
    summary: 'Wallets that are only watched',
    description: 'Holdings that nothing here trades. They are in no equity and in no P&L.',
  })
  @PageResponse(WalletAnswer, 'A page of wallets, oldest first.')
  @Problems('CURSOR_INVALID')
  async list(
    @CurrentPrincipal() { tenantId }: Principal,
    @Query() query: WalletsQuery,
  ): Promise<Page<WalletAnswer>> {
    const asked = new ListWallets(tenantId, query.venue ?? null, pageRequest(query, WALLET_LIST));
    const { data, page, asOf } = await this.queries.execute(asked);
    return { data: data.map((wallet) => WalletAnswer.of(wallet, asOf)), page };
  }

  @Post()
  @HttpCode(201)
  @Access(WRITE)
  @ApiOperation({ summary: 'Watch an address' })
  @ApiCreatedResponse({ type: WalletAnswer, description: 'The wallet.' })
  @Problems('WALLET_EXISTS', 'ASSET_REPEATED', 'AMOUNT_OUT_OF_RANGE')
  async watch(
    @CurrentPrincipal() { tenantId }: Principal,
    @Body() body: WatchWalletRequest,
    @Once() once: OnceRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WalletAnswer> {
    const terms = { ...body, holdings: unitsOf(body.holdings ?? []) };
    const { body: made, ...answer } = await this.commands.execute(new WatchWallet(terms, once));
    return answerOnce(reply, { ...answer, body: await this.read(tenantId, made.walletId) });
  }

  @Put(':id/holdings')
  @HttpCode(200)
  @Access(WRITE)
  @ApiOperation({ summary: 'Say what a wallet holds', description: 'All of it, as somebody read it there.' })
  @ApiOkResponse({ type: WalletAnswer, description: 'The wallet as it is now.' })
  @Problems('WALLET_NOT_FOUND', 'ASSET_REPEATED', 'AMOUNT_OUT_OF_RANGE')
  async state(
    @CurrentPrincipal() { tenantId }: Principal,
    @IdParam('id', 'wal') walletId: WalletId,
    @Body() { holdings, statedAt }: StateHoldingsRequest,
  ): Promise<WalletAnswer> {
    const stated = new StateWalletHoldings(tenantId, walletId, unitsOf(holdings), statedAt ?? null);
    await this.commands.execute(stated);
    return this.read(tenantId, walletId);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access(WRITE)
  @ApiOperation({ summary: 'Watch a wallet no longer' })
  @ApiNoContentResponse({ description: 'It is gone.' })
  @Problems('WALLET_NOT_FOUND')
  async forget(
    @CurrentPrincipal() { tenantId }: Principal,
    @IdParam('id', 'wal') walletId: WalletId,
  ): Promise<void> {
    await this.commands.execute(new ForgetWallet(tenantId, walletId));
  }

  private async read(tenantId: TenantId, walletId: WalletId): Promise<WalletAnswer> {
    const { wallet, asOf } = await this.queries.execute(new GetWallet(tenantId, walletId));
    return WalletAnswer.of(wallet, asOf);
  }
}
