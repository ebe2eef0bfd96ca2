import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import type { AccountId, TenantId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { LotBook } from '../../domain/lots/lot-book.js';
import type { LotMethod } from '../../domain/lots/lot.js';
import { taxScope } from './list-tax-lots.js';
import { disposalView, lotView } from './tax-rows.js';
import type { DisposalView, LotView } from './tax-rows.js';
import { disposalsOf } from './tax-report.js';

/** One line of the export: a disposal, or after all of them a lot that is left. */
export type TaxLine =
  | { type: 'DISPOSAL'; disposal: DisposalView; currency: string }
  | { type: 'OPEN'; lot: LotView; currency: string };

/** Every disposal of the year and every lot at its end, one by one. */
export class ExportTaxLots extends Query<AsyncGenerator<TaxLine>> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId,
    readonly method: LotMethod,
    readonly year: number | null,
  ) {
    super();
  }
}

@QueryHandler(ExportTaxLots)
export class ExportTaxLotsHandler implements IQueryHandler<ExportTaxLots> {
  constructor(private readonly database: Database) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND, before the first line */
  async execute(asked: ExportTaxLots): Promise<AsyncGenerator<TaxLine>> {
    const scope = await taxScope(this.database, asked);
    const { database } = this;
    return (async function* () {
      const book = new LotBook(scope.method);
      const currency = scope.reportingAsset;
      for await (const { match } of disposalsOf(database, scope, book)) {
        yield { type: 'DISPOSAL', disposal: disposalView(match), currency };
      }
      for (const lot of book.lots()) yield { type: 'OPEN', lot: lotView(lot), currency };
    })();
  }
}
