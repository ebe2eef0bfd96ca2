import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@sextant/identity';
import type { AccountId } from '@sextant/kernel';
import { pageRequest } from '@sextant/platform';
import type { Page } from '@sextant/platform';
import {
  ExportLedger,
  GetLedgerProof,
  GetTrialBalance,
  ledgerList,
  ListLedgerEntries,
} from '@sextant/portfolio';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { IdParam, PageQuery, PageResponse, Problems } from '../http/index.js';
import { LedgerEntryAnswer, LedgerProofAnswer, TrialBalanceAnswer } from './ledger-answers.js';

@ApiTags('Accounts')
@Problems('ACCOUNT_NOT_FOUND', 'DATABASE_UNAVAILABLE')
@Controller('api/accounts/:id/ledger')
export class LedgerController {
  constructor(private readonly queries: QueryBus) {}

  @Get('entries')
  @Access({ scope: 'read', accountParam: 'id' })
  @ApiOperation({
    summary: 'Read the ledger',
    description: 'Every transaction with its postings, in chain order.',
  })
  @PageResponse(LedgerEntryAnswer, 'A page of entries.')
  @Problems('CURSOR_INVALID')
  async entries(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'acc') accountId: AccountId,
    @Query() query: PageQuery,
  ): Promise<Page<LedgerEntryAnswer>> {
    const page = pageRequest(query, ledgerList(accountId));
    const answer = await this.queries.execute(new ListLedgerEntries(principal.tenantId, accountId, page));
    return { ...answer, data: answer.data.map(LedgerEntryAnswer.of) };
  }

  @Get('trial-balance')
  @Access({ scope: 'read', accountParam: 'id' })
  @ApiOperation({
    summary: 'Add the ledger up',
    description: 'Every account of the chart; each asset sums to zero.',
  })
  @ApiOkResponse({ type: TrialBalanceAnswer, description: 'The trial balance.' })
  async trialBalance(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'acc') accountId: AccountId,
  ): Promise<TrialBalanceAnswer> {
    return TrialBalanceAnswer.of(
      await this.queries.execute(new GetTrialBalance(principal.tenantId, accountId)),
    );
  }

  @Get('proof')
  @Access({ scope: 'read', accountParam: 'id' })
  @ApiOperation({
    summary: 'Prove the ledger',
    description: 'Makes every hash again from the first entry on, and adds every transaction up.',
  })
  @ApiOkResponse({ type: LedgerProofAnswer, description: 'What the check found.' })
  async proof(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'acc') accountId: AccountId,
  ): Promise<LedgerProofAnswer> {
    return LedgerProofAnswer.of(
      await this.queries.execute(new GetLedgerProof(principal.tenantId, accountId)),
    );
  }

  @Get('export')
  @Access({ scope: 'read', accountParam: 'id' })
  @ApiOperation({
    summary: 'Export the ledger',
    description:
      'NDJSON with everything that a check of chain, sums, balances and positions needs, without this server.',
  })
  @ApiProduces('application/x-ndjson')
  @ApiOkResponse({
    description: 'A line that says what follows, one for each entry, balance and position, and a seal.',
    content: { 'application/x-ndjson': { schema: { type: 'string' } } },
  })
  async export(
    @CurrentPrincipal() principal: Principal,
    @IdParam('id', 'acc') accountId: AccountId,
  ): Promise<StreamableFile> {
    const lines = await this.queries.execute(new ExportLedger(principal.tenantId, accountId));
    return new StreamableFile(Readable.from(lines), {
      type: 'application/x-ndjson',
      disposition: `attachment; filename="${accountId}.ndjson"`,
    });
  }
}
