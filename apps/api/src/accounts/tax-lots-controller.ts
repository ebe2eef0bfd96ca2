import { Controller, Get, Query } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '@sextant/identity';
import type { AccountId } from '@sextant/kernel';
import { pageRequest } from '@sextant/platform';
import { ExportTaxLots, ListTaxLots, taxLotList } from '@sextant/portfolio';
import { Access, CurrentPrincipal } from '../auth/index.js';
import { csvFile, CsvToo, IdParam, Problems, WantsCsv } from '../http/index.js';
import { TAX_LOT_COLUMNS, TaxLotsAnswer, TaxLotsQuery } from './tax-lot-answers.js';

@ApiTags('Accounts')
@Problems('ACCOUNT_NOT_FOUND', 'DATABASE_UNAVAILABLE')
@Controller('api/accounts/:id/tax-lots')
export class TaxLotsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Access({ scope: 'read', accountParam: 'id' })
  @ApiOperation({
    summary: 'Tax lots',
    description:
      'What was disposed of, with both its ends and its gain, and what is left; made from the ledger, fees capitalised. ' +
      'The whole result is the same by every method, only the split between realized and not differs. What was deposited ' +
      'has a cost that this ledger does not know: then cost and gain are null. Amounts are in the reporting asset.',
  })
  @ApiOkResponse({
    type: TaxLotsAnswer,
    description: 'A page of disposals, their totals, and the lots left.',
  })
  @CsvToo()
  @Problems('CURSOR_INVALID')
  async list(
    @CurrentPrincipal() { tenantId }: Principal,
    @IdParam('id', 'acc') accountId: AccountId,
    @Query() query: TaxLotsQuery,
    @WantsCsv() csv: boolean,
  ): Promise<TaxLotsAnswer | StreamableFile> {
    const { method = 'FIFO', year = null } = query;
    const page = pageRequest(query, taxLotList(accountId, method, year));
    if (csv) {
      const lines = await this.queries.execute(new ExportTaxLots(tenantId, accountId, method, year));
      return csvFile(`tax-lots-${accountId}-${method}-${year ?? 'all'}`, TAX_LOT_COLUMNS, lines);
    }
    const view = await this.queries.execute(new ListTaxLots(tenantId, accountId, method, year, page));
    return TaxLotsAnswer.of(view);
  }
}
