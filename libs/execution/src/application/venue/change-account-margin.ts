import type { MarginChange } from '@sextant/exchange';
import { DomainError } from '@sextant/kernel';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { ChangeMarginPayload, ChangeMarginResult, MarginWish } from '../requests/change-margin.js';
import type { LearnMargin } from './learn-margin.js';
import type { VenueLink } from './venue-link.js';

/** Changes how an owned account holds perpetuals: at the venue, and here as the venue then says it is. */
export class ChangeAccountMargin {
  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly learnMargin: LearnMargin,
    private readonly tools: Pick<ExecutionTools, 'markets'>,
  ) {}

  /** @throws DomainError UNKNOWN_SYMBOL, MARGIN_NOT_AVAILABLE, MARGIN_IN_USE, MARGIN_REFUSED, MARGIN_UNCONFIRMED */
  async run({ wish, actor }: ChangeMarginPayload): Promise<ChangeMarginResult> {
    if (!this.link.isOpen) throw unconfirmed('The venue cannot be reached now.');
    if (!this.link.holdsContracts) {
      throw new DomainError('MARGIN_NOT_AVAILABLE', `${this.account.row.venue} holds no perpetuals.`);
    }
    const change = this.changeOf(wish);
    const symbol = change.kind === 'POSITION_MODE' ? null : change.symbol;
    await this.learn(actor, symbol);
    if (this.isSo(change)) return this.result(symbol);
    this.assertFree(symbol);
    const answer = await this.link.call((session) => session.changeMargin!(change));
    if (answer.outcome === 'REFUSED') {
      const { code, detail } = answer.reason;
      throw new DomainError('MARGIN_REFUSED', `The venue refused: ${detail}`, { reason: code });
    }
    await this.learn(actor, symbol);
    if (!this.isSo(change)) throw unconfirmed('The venue did not say that it has changed.');
    return this.result(symbol);
  }

  private changeOf(wish: MarginWish): MarginChange {
    if (wish.kind === 'POSITION_MODE') return wish;
    const { markets } = this.tools;
    const symbol = markets.resolveSymbol(wish.symbol, this.account.row.venue);
    const { settle } = markets.instrument(symbol).symbol;
    if (settle === null) {
      throw new DomainError('MARGIN_NOT_AVAILABLE', `${symbol} is no perpetual.`, { pointer: '/symbol' });
    }
    return { ...wish, symbol };
  }

  private async learn(actor: string, symbol: string | null): Promise<void> {
    const answer = await this.learnMargin.read(actor, symbol);
    if (answer?.outcome !== 'CONFIRMED') throw unconfirmed('The venue did not tell its settings.');
  }

  private isSo(change: MarginChange): boolean {
    const { margin } = this.account.portfolio;
    if (change.kind === 'POSITION_MODE') return margin.hedged === change.hedged;
    const now = margin.of(change.symbol);
    return change.kind === 'LEVERAGE'
      ? now.leverage === change.leverage
      : now.marginMode === change.marginMode;
  }

  /** Of one market, or of all: what is open was reckoned with the settings as they are. */
  private assertFree(symbol: string | null): void {
    const { orders, portfolio } = this.account;
    const concerns = (other: string) => (symbol === null ? other.includes(':') : other === symbol);
    const open = portfolio.positions().filter((one) => one.signedUnits !== 0n && concerns(one.symbol));
    const live = orders.all().filter(({ order }) => !order.isTerminal && concerns(order.snapshot.symbol));
    if (open.length === 0 && live.length === 0) return;
    throw new DomainError('MARGIN_IN_USE', 'Close the position and cancel the orders first.', {
      positions: open.map((position) => position.symbol),
      orders: live.map(({ order }) => order.snapshot.orderId).slice(0, 100),
    });
  }

  private result(symbol: string | null): ChangeMarginResult {
    const { portfolio, row } = this.account;
    const { leverage, marginMode } = symbol === null ? NO_MARKET : portfolio.margin.of(symbol);
    return { accountId: row.account_id, symbol, leverage, marginMode, hedged: portfolio.margin.hedged };
  }
}

const NO_MARKET = { leverage: null, marginMode: null };

function unconfirmed(detail: string): DomainError {
  return new DomainError('MARGIN_UNCONFIRMED', detail);
}
