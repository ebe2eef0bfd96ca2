import type { JsonObject } from '@sextant/contracts';
import { divideScaled, formatScaled, multiplyScaled, ONE } from '@sextant/kernel';
import { judgeKillSwitch } from './kill-switch-rule.js';
import type { KillSwitch } from './kill-switch.js';
import type { MarketView, OrderIntent, RiskFacts } from './order-intent.js';
import type { RiskLimits } from './risk-limits.js';
import type { ReservationClaim, RiskRule, Verdict } from './verdict.js';

/** What the account's live orders already claim, seen from one order. */
export interface Claims {
  /** Base that live orders of this symbol and side may still trade, 10^-18. */
  openBaseUnits: bigint;
  /** Reserved of the asset that the order would take from, 10^-18. */
  lockedUnits: bigint;
  /** Orders approved in the last second. */
  ordersLastSecond: number;
}

export interface RuleInput {
  intent: OrderIntent;
  facts: RiskFacts;
  limits: RiskLimits;
  /** What the order would set aside. */
  reservation: ReservationClaim;
  claims: Claims;
  /** The strictest that applies to the order; null when none does. */
  killSwitch: KillSwitch | null;
}

type Rule = (input: RuleInput) => Verdict;

/**
 * What an order sets aside. A sell: its quantity. A limit buy: its value. A market buy: its value at the best ask, or
 * at its trigger, plus the buffer; or its amount of quote. The fee is taken out of what is received and needs nothing beside.
 * An order for a perpetual: see `marginClaim`.
 */
export function claimOf(
  intent: OrderIntent,
  facts: Pick<RiskFacts, 'market' | 'positionUnits' | 'leverage'>,
  limits: RiskLimits,
  openBaseUnits: bigint,
): ReservationClaim {
  const { instrument } = intent;
  const { market } = facts;
  if (instrument.symbol.settle !== null) return marginClaim(intent, facts, limits, openBaseUnits);
  if (intent.side === 'SELL') return { asset: instrument.base, units: baseUnits(intent, market) };
  if (intent.quoteUnits !== null) return { asset: instrument.quote, units: intent.quoteUnits };
  const value = notionalUnits(intent, market);
  const units = intent.priceTicks === null ? multiplyScaled(value, ONE + limits.marketBufferUnits) : value;
  return { asset: instrument.quote, units };
}

/**
 * What an order for a perpetual sets aside, in the settlement asset: the initial margin of what it would open, notional /
 * leverage rounded up, and the taker's fee on all of it. What only closes a position needs no margin; what other live orders
 * of its side may close is counted as theirs.
 */
function marginClaim(
  intent: OrderIntent,
  { market, positionUnits, leverage = 1 }: Pick<RiskFacts, 'market' | 'positionUnits' | 'leverage'>,
  limits: RiskLimits,
  openBaseUnits: bigint,
): ReservationClaim {
  const { instrument, side } = intent;
  const asset = instrument.symbol.settle ?? instrument.quote;
  const wanted = baseUnits(intent, market);
  const closable = (side === 'BUY' ? -positionUnits : positionUnits) - openBaseUnits;
  const closing = intent.reduceOnly === true ? wanted : smaller(wanted, closable > 0n ? closable : 0n);
  const exact = notionalUnits(intent, market);
  const value = intent.priceTicks === null ? multiplyScaled(exact, ONE + limits.marketBufferUnits) : exact;
  const opened = wanted === 0n ? value : (value * (wanted - closing) + wanted - 1n) / wanted;
  const by = BigInt(leverage);
  const fee = instrument.takerFeeRate > 0n ? multiplyScaled(value, instrument.takerFeeRate) : 0n;
  // A position that is closed pays its fee out of what it frees.
  return { asset, units: (opened + by - 1n) / by + (opened > 0n ? fee : 0n) };
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** Quote value of an order: at its limit, its trigger, or the side of the book that it would take. Zero without a market. */
export function notionalUnits(intent: OrderIntent, market: MarketView | null): bigint {
  if (intent.quoteUnits !== null) return intent.quoteUnits;
  const ticks = intent.priceTicks ?? intent.stopTicks ?? takenTicks(intent, market);
  return intent.instrument.notionalUnits(ticks, intent.lots ?? 0);
}

/** Base quantity of an order; of an amount of quote, what it buys at the side of the book that it would take. */
export function baseUnits(intent: OrderIntent, market: MarketView | null): bigint {
  if (intent.lots !== null) return intent.instrument.baseUnits(intent.lots);
  const ticks = takenTicks(intent, market);
  if (ticks === 0 || intent.quoteUnits === null) return 0n;
  return divideScaled(intent.quoteUnits, BigInt(ticks) * intent.instrument.tickUnits);
}

function takenTicks(intent: OrderIntent, market: MarketView | null): number {
  if (market === null) return 0;
  return intent.side === 'BUY' ? market.askTicks : market.bidTicks;
}

function condition(rule: RiskRule, holds: (facts: RiskFacts) => boolean): Rule {
  return ({ facts }) => verdict(rule, holds(facts), null, null, {});
}

/** KILL_SWITCH: what the strictest switch that applies to the order leaves allowed. */
const killSwitch: Rule = ({ intent, facts: { positionUnits }, claims: { openBaseUnits }, killSwitch: on }) =>
  judgeKillSwitch({ intent, positionUnits, openBaseUnits, killSwitch: on });

/** MARKET_STALE: nothing is decided on a price that is missing or past its age limit. */
const marketFresh: Rule = ({ facts: { market, now } }) =>
  verdict('MARKET_STALE', market !== null && !market.stale, null, null, {
    ageMs: market === null ? null : now - market.asOf,
  });

/** ORDER_RATE: approvals of the last second, this one included. */
const orderRate: Rule = ({ claims, limits }) => {
  const orders = claims.ordersLastSecond + 1;
  const passed = orders <= limits.maxOrdersPerSecond;
  return verdict('ORDER_RATE', passed, `${orders}`, `${limits.maxOrdersPerSecond}`, {});
};

/**
 * PRICE_COLLAR: a limit price may cross the mark by a fraction of it at most; before its trigger, the trigger. Away from
 * the market it is free.
 */
const priceCollar: Rule = ({ intent, facts: { market }, limits }) => {
  const limit = formatScaled(limits.priceCollarUnits);
  if (intent.priceTicks === null || market === null) return verdict('PRICE_COLLAR', true, null, limit, {});
  const price = BigInt(intent.priceTicks) * intent.instrument.tickUnits;
  const stop = intent.stopTicks ?? null;
  const reference = stop === null ? market.markUnits : BigInt(stop) * intent.instrument.tickUnits;
  const beyond = intent.side === 'BUY' ? price - reference : reference - price;
  const crossing = divideScaled(beyond, reference);
  return verdict('PRICE_COLLAR', crossing <= limits.priceCollarUnits, formatScaled(crossing), limit, {
    [stop === null ? 'mark' : 'stopPrice']: formatScaled(reference),
  });
};

/** MAX_ORDER_NOTIONAL: value of the order in quote. */
const orderNotional: Rule = ({ intent, facts, limits }) => {
  const value = notionalUnits(intent, facts.market);
  return measured('MAX_ORDER_NOTIONAL', value, limits.maxOrderNotionalUnits, {});
};

/**
 * MAX_POSITION_NOTIONAL: the position at the mark if this order and every live one of its side fill. An order that
 * only makes a position smaller passes.
 */
const positionNotional: Rule = ({ intent, facts, limits, claims }) => {
  const sign = intent.side === 'BUY' ? 1n : -1n;
  const after = sign * facts.positionUnits + claims.openBaseUnits + baseUnits(intent, facts.market);
  const value = after <= 0n ? 0n : multiplyScaled(after, facts.market?.markUnits ?? 0n);
  return measured('MAX_POSITION_NOTIONAL', value, limits.maxPositionNotionalUnits, {
    position: formatScaled(facts.positionUnits),
    openOrders: formatScaled(claims.openBaseUnits),
  });
};

/** INSUFFICIENT_BALANCE: what the order sets aside must be free: total − reserved − what open perpetuals hold back. */
const balance: Rule = ({ facts, claims, reservation }) => {
  const { asset, units } = reservation;
  const total = facts.totalUnits(asset);
  const held = facts.heldUnits?.(asset) ?? 0n;
  const inputs = { asset, total: formatScaled(total), locked: formatScaled(claims.lockedUnits) };
  const free = total - claims.lockedUnits - held;
  // What needs nothing is never too much: a loss may have taken more than there is.
  const left = units === 0n && free < 0n ? 0n : free;
  return measured('INSUFFICIENT_BALANCE', units, left, {
    ...inputs,
    ...(held !== 0n && { margin: formatScaled(held) }),
  });
};

/** All rules, in the order of `riskRules`. */
export const preTradeRules: readonly Rule[] = [
  killSwitch,
  condition('LEASE_LOST', (facts) => facts.conditions.leaseHeld),
  condition('ACCOUNT_NOT_RECONCILED', (facts) => facts.conditions.reconciled),
  condition('CLOCK_UNSAFE', (facts) => facts.conditions.clockSafe),
  marketFresh,
  orderRate,
  priceCollar,
  orderNotional,
  positionNotional,
  balance,
];

function measured(rule: RiskRule, value: bigint, limit: bigint, inputs: JsonObject): Verdict {
  return verdict(rule, value <= limit, formatScaled(value), formatScaled(limit), inputs);
}

function verdict(
  rule: RiskRule,
  passed: boolean,
  value: string | null,
  limit: string | null,
  inputs: JsonObject,
): Verdict {
  return { rule, passed, value, limit, inputs };
}
