import type { JsonValue } from '@sextant/contracts';
import type { ExchangeGateways } from '@sextant/exchange';
import { AccountRuntime } from '@sextant/platform';
import type { AccountLease, AccountSession, CloseReason } from '@sextant/platform';
import type { PaperFunding, PortfolioRepository } from '@sextant/portfolio';
import type { AccountRisks } from '@sextant/risk';
import { OwnedAccount } from '../application/owned-account.js';
import type { ExecutionTools } from '../application/owned-account.js';
import { TradingAccount } from '../application/trading-account.js';

/** What building an account's state takes besides the tools of the order path. */
export interface AccountSources {
  portfolios: PortfolioRepository;
  funding: PaperFunding;
  gateways: ExchangeGateways;
  risks: AccountRisks;
}

/** Builds the state of the accounts that this process owns, and builds it anew where it went wrong. */
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

  private async build(lease: AccountLease, onBroken: (error: Error) => void): Promise<TradingAccount> {
    const { accountId } = lease;
    const { portfolios, funding, gateways, risks } = this.sources;
    await funding.ensure(accountId);
    const [row, portfolio, risk] = await Promise.all([
      portfolios.account(accountId),
      portfolios.load(accountId),
      risks.open(accountId),
    ]);
    const cursor = await this.tools.archive.cursor(accountId, row.venue);
    const account = new OwnedAccount(row, lease, portfolio, risk, this.tools);
    const session = new TradingAccount(account, gateways.of(row.venue), cursor, this.tools, onBroken);
    await session.start();
    return session;
  }
}

/** A session whose state is thrown away and read again when a commit showed that it was wrong. */
class RebuiltSession implements AccountSession {
  private current: Promise<TradingAccount>;
  private closed = false;

  private constructor(
    private readonly build: (onBroken: (error: Error) => void) => Promise<TradingAccount>,
    private readonly tools: ExecutionTools,
  ) {
    this.current = this.build((error) => this.rebuild(error));
  }

  static async open(
    build: (onBroken: (error: Error) => void) => Promise<TradingAccount>,
    tools: ExecutionTools,
  ): Promise<AccountSession> {
    const session = new RebuiltSession(build, tools);
    await session.current;
    return session;
  }

  async execute(type: string, payload: JsonValue): Promise<JsonValue> {
    return (await this.current).execute(type, payload);
  }

  async close(reason: CloseReason): Promise<void> {
    this.closed = true;
    await (await this.current).close(reason);
  }

  private rebuild(error: Error): void {
    this.tools.log.error('The state of an account is built anew', { error: error.message });
    const before = this.current;
    this.current = before.then(async (account) => {
      await account.close('RELEASED');
      if (this.closed) return account;
      return this.build((again) => this.rebuild(again));
    });
  }
}
