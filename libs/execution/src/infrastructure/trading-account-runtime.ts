import type { ExchangeGateways } from '@sextant/exchange';
import type { MarketData } from '@sextant/market-data';
import { AccountRuntime } from '@sextant/platform';
import type { AccountLease, AccountSession } from '@sextant/platform';
import { EquityJournal } from '@sextant/portfolio';
import type { EquityRecorder, OwnedPortfolios, PaperFunding, PortfolioRepository } from '@sextant/portfolio';
import type { AccountRisks } from '@sextant/risk';
import { OwnedAccount } from '../application/account/owned-account.js';
import type { ExecutionTools } from '../application/account/owned-account.js';
import { TradingAccount } from '../application/account/trading-account.js';
import { AccountMarkets } from './account-markets.js';
import type { AccountReconciliation } from './account-reconciliation.js';
import { RebuiltSession } from './rebuilt-session.js';

/** What building an account's state takes besides the tools of the order path. */
export interface AccountSources {
  portfolios: PortfolioRepository;
  owned: OwnedPortfolios;
  equity: EquityRecorder;
  funding: PaperFunding;
  gateways: ExchangeGateways;
  marketData: MarketData;
  risks: AccountRisks;
  reconciliation: AccountReconciliation;
}

/** Builds the state of the accounts that this process owns. */
export class TradingAccountRuntime extends AccountRuntime {
  constructor(
    private readonly sources: AccountSources,
    private readonly tools: ExecutionTools,
  ) {
    super();
  }

  async open(lease: AccountLease): Promise<AccountSession> {
    return RebuiltSession.open((onBroken) => this.build(lease, onBroken), this.tools);
  }

  private async build(lease: AccountLease, onBroken: (error: Error) => void): Promise<AccountSession> {
    const { accountId } = lease;
    const { portfolios, owned, equity, funding, gateways, risks, reconciliation, marketData } = this.sources;
    const row = await portfolios.account(accountId);
    if (row.kind === 'PAPER') await funding.ensure(accountId);
    const { tenant_id: tenantId, venue } = row;
    const [portfolio, trace, risk] = await Promise.all([
      portfolios.load(accountId),
      portfolios.equityTrace(accountId),
      risks.open({ tenantId, accountId, venue }),
    ]);
    const cursor = await this.tools.archive.cursor(accountId, row.venue);
    const markets = new AccountMarkets(marketData, row.venue);
    // Those of the paper venue are known before any account is opened.
    if (row.kind === 'PAPER') await markets.open(null);
    const tools = { ...this.tools, markets };
    const account = new OwnedAccount(row, lease, portfolio, risk, tools);
    const otherAssets = () => equity.assetsOf(tenantId);
    const journal = new EquityJournal(row, portfolio, markets, trace, otherAssets);
    account.equityJournal = journal;
    const session = new TradingAccount(account, gateways.of(row.venue), cursor, tools, onBroken);
    await session.start().catch(async (error: unknown) => {
      markets.close();
      await session.close('RELEASED');
      throw error;
    });
    const leaves = [
      owned.add(portfolio, row.reporting_asset, row.venue),
      equity.follow({ journal, commit: (plan) => session.commit(plan) }),
      reconciliation.follow(account),
      () => markets.close(),
    ];
    return {
      execute: (type, payload) => session.execute(type, payload),
      close: (reason) => {
        for (const leave of leaves) leave();
        return session.close(reason);
      },
    };
  }
}
