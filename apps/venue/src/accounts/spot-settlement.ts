import { UNIT } from '../engine/amounts.js';
import type { BalanceChanged } from '../engine/events.js';
import type { Market } from '../engine/market.js';
import type { Commission, Fill, Order } from '../engine/order.js';
import type { Need, Settlement } from '../engine/settlement.js';
import type { Accounts } from './accounts.js';
import type { Ledger } from './ledger.js';
import { FEES, HOUSE } from './ledger.js';

interface Parts {
  readonly ledger: Ledger;
  readonly accounts: Accounts;
  readonly market: (symbol: string) => Market | null;
  /** True: the commission of this fill is charged later, by `chargeLate`, and is zero until then. */
  readonly isFeeLate?: (accountId: string) => boolean;
}

type Side = Omit<Fill, 'commission'>;

/** Spot: buyers pay quote out of their hold, sellers base, and each is charged in what it receives. */
export class SpotSettlement implements Settlement {
  constructor(private readonly parts: Parts) {}

  hold(order: Order, need: Need): boolean {
    const market = this.#market(order.symbol);
    const isBuy = order.side === 'BUY';
    const asset = isBuy ? market.quote : market.base;
    const units = isBuy ? need.quoteUnits : market.baseUnits(need.lots);
    return this.parts.ledger.hold(holdOf(order), order.orderId, order.accountId, asset, units);
  }

  release(order: Order): void {
    this.parts.ledger.release(holdOf(order), order.orderId);
  }

  settle(order: Order, fill: Side): Commission {
    const market = this.#market(order.symbol);
    const { ledger } = this.parts;
    const isBuy = order.side === 'BUY';
    const baseUnits = market.baseUnits(fill.lots);
    const [paid, received] = isBuy ? [fill.quoteUnits, baseUnits] : [baseUnits, fill.quoteUnits];
    ledger.pay(holdOf(order), order.orderId, HOUSE, paid);
    ledger.transfer(HOUSE, order.accountId, isBuy ? market.base : market.quote, received);
    const commission = this.commissionOf(fill);
    if (this.parts.isFeeLate?.(order.accountId) === true) return { ...commission, units: 0n };
    this.#charge(order.accountId, commission);
    return commission;
  }

  /** The house stands between any two accounts; what it keeps of a trade with itself is nothing. */
  settleHouse(): void {}

  /** What a fill costs by the account's rates, in the received asset or in the account's fee asset. */
  commissionOf(fill: Side): Commission {
    const market = this.#market(fill.symbol);
    const account = this.parts.accounts.find(fill.accountId);
    if (account === null) throw new Error(`no account ${fill.accountId}`);
    const rate = fill.maker ? account.fees.makerUnits : account.fees.takerUnits;
    const { feeAsset } = account;
    if (feeAsset !== null && rate > 0n) {
      const inQuote = (fill.quoteUnits * rate * (UNIT - feeAsset.discountUnits)) / (UNIT * UNIT);
      const units = this.#convert(inQuote, market.quote, feeAsset.asset);
      const { free } = this.parts.ledger.balance(fill.accountId, feeAsset.asset);
      if (units !== null && units <= free) return { asset: feeAsset.asset, units };
    }
    const isBuy = fill.side === 'BUY';
    const received = isBuy ? market.baseUnits(fill.lots) : fill.quoteUnits;
    return { asset: isBuy ? market.base : market.quote, units: (received * rate) / UNIT };
  }

  /** Takes a late commission. */
  chargeLate(fill: Fill): Commission {
    const commission = this.commissionOf(fill);
    this.#charge(fill.accountId, commission);
    return commission;
  }

  takeChanges(at: number): BalanceChanged[] {
    return this.parts.ledger.takeChanges(at);
  }

  #charge(accountId: string, { asset, units }: Commission): void {
    if (units !== 0n) this.parts.ledger.transfer(accountId, FEES, asset, units);
  }

  #convert(units: bigint, quote: string, asset: string): bigint | null {
    if (quote === asset) return units;
    const market = this.parts.market(`${asset}${quote}`);
    if (market === null || market.lastTicks === null) return null;
    return (units * UNIT) / (BigInt(market.lastTicks) * market.tickUnits);
  }

  #market(symbol: string): Market {
    const market = this.parts.market(symbol);
    if (market === null) throw new Error(`no market ${symbol}`);
    return market;
  }
}

function holdOf({ orderListId, orderId }: Order): string {
  return orderListId < 0 ? `order ${orderId}` : `list ${orderListId}`;
}
