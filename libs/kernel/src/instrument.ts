import { formatScaled, ONE, parseScaled } from './decimal-text.js';
import { DomainError } from './domain-error.js';
import { Price, Quantity } from './decimal-value.js';
import type { Side } from './side.js';
import { Symbol } from './symbol.js';

/** A venue's rules for one market, decimals as text. Fee rates are fractions of notional; negative is a rebate. */
export interface InstrumentSpec {
  venue: string;
  symbol: string;
  tickSize: string;
  stepSize: string;
  minPrice: string;
  maxPrice: string;
  minQuantity: string;
  maxQuantity: string;
  minNotional: string;
  makerFeeRate: string;
  takerFeeRate: string;
  /** How far a limit price may be from the market; absent where the venue has no such rule, or does not tell it. */
  priceBands?: PriceBands;
  /** Orders with a trigger that an account may have open in this market at the venue; absent where it tells no limit. */
  maxTriggerOrders?: number;
}

/** The lowest and the highest price of a BUY and of a SELL, as multiples of the venue's reference price. */
export interface PriceBands {
  buy: { lowest: string; highest: string };
  sell: { lowest: string; highest: string };
}

/**
 * The number core of one market. Prices are integer ticks and quantities integer lots (safe integers, asserted
 * when the instrument is loaded); money is a BigInt count of 10^-18 of the quote asset, because price × quantity
 * at a large venue's own limits passes 2^53 (BTC/USDT at Binance: 10^8 ticks × 9·10^8 lots).
 */
export class Instrument {
  readonly symbol: Symbol;
  readonly venue: string;
  readonly tickUnits: bigint;
  readonly stepUnits: bigint;
  readonly minTicks: number;
  readonly maxTicks: number;
  readonly minLots: number;
  readonly maxLots: number;
  readonly minNotionalUnits: bigint;
  readonly makerFeeRate: bigint;
  readonly takerFeeRate: bigint;
  /** Quote units (10^-18) of one lot at one tick; exact. */
  private readonly cellUnits: bigint;

  private constructor(readonly spec: Readonly<InstrumentSpec>) {
    this.symbol = Symbol.parse(spec.symbol);
    this.venue = spec.venue;
    this.tickUnits = positive(spec.tickSize, 'tickSize');
    this.stepUnits = positive(spec.stepSize, 'stepSize');
    this.cellUnits = (this.tickUnits * this.stepUnits) / ONE;
    if (this.cellUnits * ONE !== this.tickUnits * this.stepUnits) {
      throw new Error(`${spec.symbol}: tick × step is finer than the ledger scale`);
    }
    this.minTicks = Math.max(1, gridCount(parseScaled(spec.minPrice), this.tickUnits, 'minPrice', 'up'));
    this.maxTicks = gridCount(parseScaled(spec.maxPrice), this.tickUnits, 'maxPrice', 'down');
    this.minLots = Math.max(1, gridCount(parseScaled(spec.minQuantity), this.stepUnits, 'minQuantity', 'up'));
    this.maxLots = gridCount(parseScaled(spec.maxQuantity), this.stepUnits, 'maxQuantity', 'down');
    if (this.minTicks > this.maxTicks || this.minLots > this.maxLots) {
      throw new Error(`${spec.symbol}: a minimum is above its maximum`);
    }
    this.minNotionalUnits = parseScaled(spec.minNotional);
    if (this.minNotionalUnits < 0n) throw new Error(`${spec.symbol}: minNotional is negative`);
    this.makerFeeRate = feeRate(spec.makerFeeRate, 'makerFeeRate');
    this.takerFeeRate = feeRate(spec.takerFeeRate, 'takerFeeRate');
    for (const { lowest, highest } of Object.values(spec.priceBands ?? {})) {
      if (positive(lowest, 'lowest price') > positive(highest, 'highest price'))
        throw new Error(`${spec.symbol}: a price band is empty`);
    }
    Object.freeze(this);
  }

  /** @throws Error when the rules cannot be represented exactly: the instrument is not tradable then. */
  static load(spec: InstrumentSpec): Instrument {
    return new Instrument(Object.freeze({ ...spec }));
  }

  get base(): string {
    return this.symbol.base;
  }

  get quote(): string {
    return this.symbol.quote;
  }

  /** @throws DomainError PRICE_NOT_ON_TICK, PRICE_OUT_OF_BOUNDS (each with `nearestValid`) */
  priceToTicks(price: Price): number {
    const ticks = price.units / this.tickUnits;
    if (ticks * this.tickUnits !== price.units) {
      const nearest = clamp(
        (price.units + this.tickUnits / 2n) / this.tickUnits,
        this.minTicks,
        this.maxTicks,
      );
      throw new DomainError(
        'PRICE_NOT_ON_TICK',
        `Price ${price} of ${this.symbol} is not a multiple of its tick size ${this.spec.tickSize}.`,
        {
          pointer: '/price',
          nearestValid: this.ticksToPrice(nearest).toString(),
          tickSize: this.spec.tickSize,
        },
      );
    }
    if (ticks < BigInt(this.minTicks) || ticks > BigInt(this.maxTicks)) {
      const nearest = this.ticksToPrice(clamp(ticks, this.minTicks, this.maxTicks));
      throw new DomainError(
        'PRICE_OUT_OF_BOUNDS',
        `Price ${price} of ${this.symbol} is outside ${this.ticksToPrice(this.minTicks)} to ` +
          `${this.ticksToPrice(this.maxTicks)}.`,
        { pointer: '/price', nearestValid: nearest.toString() },
      );
    }
    return Number(ticks);
  }

  /**
   * The venue judges a limit price by where its market is. `referenceUnits`: that price, 10^-18.
   * @throws DomainError PRICE_OUT_OF_BOUNDS (with `nearestValid`)
   */
  assertInBand(side: Side, ticks: number, referenceUnits: bigint): void {
    const band = this.spec.priceBands?.[side === 'BUY' ? 'buy' : 'sell'];
    if (band === undefined || referenceUnits <= 0n) return;
    const lowest = upTo((referenceUnits * parseScaled(band.lowest)) / ONE, this.tickUnits);
    const highest = (referenceUnits * parseScaled(band.highest)) / ONE / this.tickUnits;
    if (BigInt(ticks) >= lowest && BigInt(ticks) <= highest) return;
    const within = BigInt(ticks) < lowest ? lowest : highest;
    throw new DomainError(
      'PRICE_OUT_OF_BOUNDS',
      `The venue takes a ${side} of ${this.symbol} at ${band.lowest} to ${band.highest} times the market's price.`,
      {
        pointer: '/price',
        nearestValid: this.ticksToPrice(clamp(within, this.minTicks, this.maxTicks)).toString(),
      },
    );
  }

  /** @throws DomainError QUANTITY_NOT_ON_STEP, QUANTITY_TOO_SMALL, QUANTITY_TOO_LARGE (each with `nearestValid`) */
  quantityToLots(quantity: Quantity): number {
    const lots = quantity.units / this.stepUnits;
    if (lots < BigInt(this.minLots)) {
      const minQuantity = this.lotsToQuantity(this.minLots).toString();
      throw new DomainError(
        'QUANTITY_TOO_SMALL',
        `Quantity ${quantity} of ${this.symbol} is below the minimum ${minQuantity}.`,
        { pointer: '/quantity', nearestValid: minQuantity, minQuantity },
      );
    }
    if (lots > BigInt(this.maxLots)) {
      const maxQuantity = this.lotsToQuantity(this.maxLots).toString();
      throw new DomainError(
        'QUANTITY_TOO_LARGE',
        `Quantity ${quantity} of ${this.symbol} is above the maximum ${maxQuantity}.`,
        { pointer: '/quantity', nearestValid: maxQuantity, maxQuantity },
      );
    }
    if (lots * this.stepUnits !== quantity.units) {
      throw new DomainError(
        'QUANTITY_NOT_ON_STEP',
        `Quantity ${quantity} of ${this.symbol} is not a multiple of its step size ${this.spec.stepSize}.`,
        {
          pointer: '/quantity',
          nearestValid: formatScaled(lots * this.stepUnits),
          stepSize: this.spec.stepSize,
        },
      );
    }
    return Number(lots);
  }

  ticksToPrice(ticks: number): Price {
    return Price.ofUnits(BigInt(ticks) * this.tickUnits);
  }

  lotsToQuantity(lots: number): Quantity {
    return Quantity.ofUnits(BigInt(lots) * this.stepUnits);
  }

  /** Base units (10^-18) in `lots`. */
  baseUnits(lots: number): bigint {
    return BigInt(lots) * this.stepUnits;
  }

  /** Quote units (10^-18) of `lots` at `ticks`; exact. */
  notionalUnits(ticks: number, lots: number): bigint {
    return BigInt(ticks) * BigInt(lots) * this.cellUnits;
  }

  /** @throws DomainError NOTIONAL_TOO_SMALL (with `nearestValid`, unless that many lots are too many) */
  assertNotional(ticks: number, lots: number): void {
    const notional = this.notionalUnits(ticks, lots);
    if (notional >= this.minNotionalUnits) return;
    const perLot = this.notionalUnits(ticks, 1);
    const needed = (this.minNotionalUnits + perLot - 1n) / perLot;
    throw new DomainError(
      'NOTIONAL_TOO_SMALL',
      `The order's value ${formatScaled(notional)} ${this.quote} is below the minimum ${this.spec.minNotional}.`,
      {
        pointer: '/quantity',
        minNotional: this.spec.minNotional,
        ...(needed <= BigInt(this.maxLots) && { nearestValid: formatScaled(needed * this.stepUnits) }),
      },
    );
  }
}

function clamp(count: bigint, lowest: number, highest: number): number {
  return count < BigInt(lowest) ? lowest : count > BigInt(highest) ? highest : Number(count);
}

function upTo(units: bigint, step: bigint): bigint {
  return (units + step - 1n) / step;
}

function feeRate(text: string, field: string): bigint {
  const rate = parseScaled(text);
  if (rate <= -ONE || rate >= ONE) throw new Error(`${field} ${text} is not a fraction of notional`);
  return rate;
}

function positive(text: string, field: string): bigint {
  const units = parseScaled(text);
  if (units <= 0n) throw new Error(`${field} must be greater than zero`);
  return units;
}

function gridCount(units: bigint, step: bigint, field: string, round: 'up' | 'down'): number {
  const count = round === 'up' ? (units + step - 1n) / step : units / step;
  if (count < 0n || count > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new Error(`${field} is ${count} steps: beyond safe integers`);
  }
  return Number(count);
}
