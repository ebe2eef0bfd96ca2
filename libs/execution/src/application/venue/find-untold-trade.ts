import { formatScaled, multiplyScaled, parseScaled, Symbol as MarketSymbol } from '@sextant/kernel';
import { mayBeFeeOf, untoldTrade } from '../../domain/untold-trade.js';
import type { CandidateMarket, UntoldTrade } from '../../domain/untold-trade.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { untoldTradeHint } from './operator-hint.js';
import type { Discrepancy } from './round.js';
import { knows } from './known-market.js';
import type { VenueLink } from './venue-link.js';

/** So long the venue may take to list what it has done already. */
const PATIENCE_MS = 60_000;
/** More differences than that are no single trade. */
const MOST_ASSETS = 6;

/**
 * Tells balances that differ as one trade would make them from money that came or went. At first they pass: the list is
 * read again until it tells the trade. What it does not tell within a minute is left open.
 */
export class FindUntoldTrade {
  private since: { name: string; ms: number } | null = null;

  constructor(
    private readonly account: OwnedAccount,
    private readonly link: Pick<VenueLink, 'readMarket'>,
    private readonly tools: Pick<ExecutionTools, 'clock' | 'markets'>,
  ) {}

  /** Whether one is waited for. */
  get isPending(): boolean {
    return this.since !== null && this.tools.clock.monotonicMs() - this.since.ms < PATIENCE_MS;
  }

  reread(discrepancies: readonly Discrepancy[]): Discrepancy[] {
    const open = discrepancies.filter(({ subject, status }) => subject === 'BALANCE' && status === 'OPEN');
    const differences = new Map(open.map(({ asset, difference }) => [asset, parseScaled(difference)]));
    const trade = untoldTrade(differences, this.markets([...differences.keys()]));
    if (trade === null) {
      this.since = null;
      return [...discrepancies];
    }
    // Somebody may have traded at the venue in a market that this account never touched here.
    this.link.readMarket(trade.symbol);
    const { base, quote } = MarketSymbol.parse(trade.symbol);
    const name = `${trade.symbol} ${trade.baseUnits}`;
    if (this.since?.name !== name) this.since = { name, ms: this.tools.clock.monotonicMs() };
    return discrepancies.map((one) => {
      const isPart = one.asset === base || one.asset === quote || this.isFee(one, trade, quote);
      return open.includes(one) && isPart ? this.asTrade(one, trade) : one;
    });
  }

  private isFee({ asset, difference }: Discrepancy, trade: UntoldTrade, quote: string): boolean {
    const units = parseScaled(difference);
    const symbol = `${asset}/${quote}`;
    const mark = knows(this.tools, symbol) ? this.markOf(symbol) : null;
    return mayBeFeeOf(trade, units, mark === null ? null : multiplyScaled(units, mark));
  }

  private asTrade(one: Discrepancy, trade: UntoldTrade): Discrepancy {
    const { symbol, side } = trade;
    const quantity = formatScaled(trade.baseUnits);
    const price = formatScaled(trade.priceUnits);
    const orders = this.account.orders
      .all()
      .map(({ order }) => order.snapshot)
      .filter((order) => order.symbol === symbol && order.side === side)
      .map(({ orderId }) => orderId);
    const { account_id: accountId, venue } = this.account.row;
    const looksLike = { symbol, side, quantity, price, orders };
    return {
      ...one,
      classification: 'MISSING_FILL',
      status: this.isPending ? 'PASSING' : 'OPEN',
      symbol,
      evidence: { ...one.evidence, looksLike },
      hint: this.isPending ? null : untoldTradeHint(looksLike, { accountId, venue }),
    };
  }

  private markets(assets: readonly string[]): CandidateMarket[] {
    if (assets.length > MOST_ASSETS) return [];
    const pairs = assets.flatMap((base) => assets.map((quote) => ({ base, quote })));
    return pairs
      .map(({ base, quote }) => ({ symbol: `${base}/${quote}`, base, quote }))
      .filter(({ symbol, base, quote }) => base !== quote && knows(this.tools, symbol))
      .map((market) => ({ ...market, markUnits: this.markOf(market.symbol) }));
  }

  private markOf(symbol: string): bigint | null {
    const mark = this.tools.markets.mark(symbol);
    return mark === null || mark.stale ? null : mark.priceUnits;
  }
}
