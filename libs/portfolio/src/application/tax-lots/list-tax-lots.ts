import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Clock } from '@sextant/kernel';
import type { AccountId, EpochMs, TenantId } from '@sextant/kernel';
import { Database, pageOf } from '@sextant/platform';
import type { Page, PagedList, PageRequest } from '@sextant/platform';
import { LotBook } from '../../domain/lots/lot-book.js';
import type { LotMethod } from '../../domain/lots/lot.js';
import { resolveAccount } from '../accounts/account-directory.js';
import { readTenant } from '../reading/tenant-reads.js';
import { disposalView, lotView, TaxTally } from './tax-rows.js';
import type { DisposalView, LotView, TaxTotals } from './tax-rows.js';
import { disposalsOf } from './tax-report.js';
import type { PlacedMatch, TaxScope } from './tax-report.js';

/** The key is a disposal's place in time and ledger. */
export function taxLotList(accountId: AccountId, method: LotMethod, year: number | null): PagedList {
  return { name: `tax-lots ${accountId} ${method} ${year ?? ''}`, key: ['number', 'number', 'number'] };
}

export interface TaxLotsView extends Page<DisposalView> {
  method: LotMethod;
  year: number | null;
  /** What amounts are in. */
  asset: string;
  totals: TaxTotals;
  /** At the end of the year, or now. */
  lots: LotView[];
  asOf: EpochMs;
}

/** Disposals in the order of their time with what they realized, and the lots that are left. */
export class ListTaxLots extends Query<TaxLotsView> {
  constructor(
    readonly tenantId: TenantId,
    readonly accountId: AccountId,
    readonly method: LotMethod,
    readonly year: number | null,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListTaxLots)
export class ListTaxLotsHandler implements IQueryHandler<ListTaxLots> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError ACCOUNT_NOT_FOUND */
  async execute({ page, ...asked }: ListTaxLots): Promise<TaxLotsView> {
    const scope = await taxScope(this.database, asked);
    const book = new LotBook(scope.method);
    const tally = new TaxTally();
    const shown: PlacedMatch[] = [];
    for await (const placed of disposalsOf(this.database, scope, book)) {
      tally.add(placed.match);
      if (shown.length <= page.limit && isAfter(placed, page.after)) shown.push(placed);
    }
    return {
      ...pageOf(
        shown,
        page,
        ({ place }) => place,
        ({ match }) => disposalView(match),
      ),
      method: scope.method,
      year: scope.year,
      asset: scope.reportingAsset,
      totals: tally.totals(),
      lots: book.lots().map(lotView),
      asOf: this.clock.now(),
    };
  }
}

/** What a report is about. @throws DomainError ACCOUNT_NOT_FOUND */
export async function taxScope(
  database: Database,
  asked: Omit<TaxScope, 'reportingAsset'>,
): Promise<TaxScope> {
  const { tenantId, accountId, method, year } = asked;
  const account = await readTenant(database, tenantId, (reader) => resolveAccount(reader, accountId));
  return { tenantId, accountId, method, year, reportingAsset: account.reporting_asset };
}

function isAfter({ place }: PlacedMatch, after: PageRequest['after']): boolean {
  if (after === null) return true;
  const column = place.findIndex((part, index) => part !== after[index]);
  return column >= 0 && place[column]! > Number(after[column]);
}
