import type { NewEvent } from '@sextant/platform';
import { DomainError } from '@sextant/kernel';
import type { Arrival } from '../account/arrival.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';

/** Something that the venue tells of a market that it does not list, or that cannot be counted exactly. */
export interface Stranger {
  event: Omit<NewEvent, 'occurredAt'>;
  /** False when it was told before. */
  isNew: boolean;
}

const REMEMBERED = 10_000;

/**
 * Orders and fills of an account in markets that are not known here. They cannot be booked: what one lot of such a market
 * is, nobody knows. They leave an event and an alert, once each; the balances they moved differ until a person has looked.
 */
export class ForeignMarkets {
  private readonly told = new Set<string>();

  constructor(
    private readonly account: OwnedAccount,
    private readonly tools: Pick<ExecutionTools, 'markets' | 'log'>,
  ) {}

  /** Null for what is ours to handle. */
  strangerIn(arrival: Arrival): Stranger | null {
    if (arrival.kind !== 'FILL' && arrival.kind !== 'REPORT') return null;
    const about = arrival.kind === 'FILL' ? arrival.fill : arrival.report;
    const { venueOrderId, symbol } = about;
    // An order of ours in a market that is delisted meanwhile knows what its lots are.
    if (this.account.orders.byVenueIds(about) !== undefined) return null;
    if (this.isListed(symbol)) return null;
    const venueTradeId = arrival.kind === 'FILL' ? arrival.fill.venueTradeId : null;
    const isNew = this.isNew(`${symbol} ${venueOrderId} ${venueTradeId ?? ''}`);
    const { account_id: accountId, venue } = this.account.row;
    const payload = { accountId, venue, symbol, venueOrderId, venueTradeId };
    if (isNew) this.tools.log.error('Trading in a market that is not known here', payload);
    return { event: { type: 'ForeignMarketSeen', payload }, isNew };
  }

  private isListed(symbol: string): boolean {
    try {
      this.tools.markets.instrument(symbol);
      return true;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'UNKNOWN_SYMBOL') return false;
      throw error;
    }
  }

  private isNew(key: string): boolean {
    if (this.told.has(key)) return false;
    if (this.told.size >= REMEMBERED) this.told.clear();
    this.told.add(key);
    return true;
  }
}
