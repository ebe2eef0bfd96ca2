import type { JsonValue } from '@sextant/contracts';
import type { VenueTraits } from '@sextant/exchange';
import { formatScaled, multiplyScaled } from '@sextant/kernel';
import type { Instrument, OrderId } from '@sextant/kernel';
import { baseUnits, notionalUnits } from '@sextant/risk';
import type { Verdict } from '@sextant/risk';
import { normaliseOrder } from '../terms/normalise-order.js';
import { normaliseGroup } from '../terms/normalise-group.js';
import type { GroupRequest, NormalisedOrder, OrderRequest } from '../requests/order-request.js';
import type { OrderSizing } from '../../domain/order-snapshot.js';
import { sizedRequest } from '../terms/sized-request.js';
import { conditionsView } from '../requests/order-view.js';
import type { ConditionsView } from '../requests/order-view.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';

export type PreviewedTerms = {
  symbol: string;
  side: string;
  type: string;
  timeInForce: string;
  postOnly: boolean;
  quantity: string | null;
  quoteQuantity: string | null;
  price: string | null;
  conditions: ConditionsView | null;
};

export type PreviewedLeg = {
  leg: string;
  /** AFTER_ENTRY: from the first fill of the entry on, for what that has filled. HELD_HERE: its price is watched here. */
  begins: 'AFTER_ENTRY' | 'HELD_HERE';
  order: PreviewedTerms;
};

/** What would become of an order if it were placed now. */
export type OrderPreview = {
  order: PreviewedTerms;
  /** What the quantity follows from; null where it was asked for. */
  sizing: OrderSizing | null;
  /** The other orders of its group. */
  legs: PreviewedLeg[];
  /** Value in quote at the limit, or at the side of the book that it would take; null when there is no price. */
  notional: string | null;
  /** Most that the venue charges for it: the taker's rate, in what is received. */
  fee: { asset: string; amount: string | null; rate: string };
  /** Base that a later sell of what this order buys could not sell, being less than one step. */
  dust: string | null;
  reservation: { asset: string; amount: string };
  approved: boolean;
  verdicts: Verdict[];
  asOf: number | null;
};

/** Normalises and judges an order without any effect. @throws DomainError as placing it would, before risk */
export function previewOrder(
  payload: JsonValue,
  account: OwnedAccount,
  traits: VenueTraits,
  tools: Pick<ExecutionTools, 'markets'>,
): OrderPreview {
  const { request: asked, group = null } = payload as unknown as {
    request: OrderRequest;
    group?: GroupRequest | null;
  };
  const symbol = tools.markets.resolveSymbol(asked.symbol, account.row.venue);
  const instrument = tools.markets.instrument(symbol);
  const moment = account.moment(symbol);
  const { market } = moment;
  const { request, sizing } = sizedRequest(asked, group, instrument, moment, account);
  const legs = group === null ? [] : normaliseGroup(request, group, instrument, traits, moment);
  const order = legs[0]?.order ?? normaliseOrder(request, instrument, traits, moment);
  const { side, lots, quoteUnits, priceTicks, conditions } = order;
  const { strategy } = request;
  const terms = { accountId: account.row.account_id, symbol, strategy, ...order };
  const intent = account.intent('ord_preview' as OrderId, terms, instrument);
  const { verdicts, reservation } = account.risk.preview(intent, account.facts(symbol, market));
  const priced = (priceTicks ?? conditions?.stopTicks ?? null) !== null || market !== null;
  const value = priced || quoteUnits !== null ? notionalUnits(intent, market) : null;
  const wanted = priced || lots !== null ? baseUnits(intent, market) : null;
  return {
    order: termsView(symbol, order, instrument),
    sizing,
    legs: legs.slice(1).map(({ leg, order: other }) => ({
      leg,
      begins: group?.type === 'OCO' ? 'HELD_HERE' : 'AFTER_ENTRY',
      order: termsView(symbol, other, instrument),
    })),
    notional: value === null ? null : formatScaled(value),
    ...feeAndDust(side, wanted, value, instrument),
    reservation: { asset: reservation.asset, amount: formatScaled(reservation.units) },
    approved: verdicts.every((verdict) => verdict.passed),
    verdicts,
    asOf: market?.asOf ?? null,
  };
}

function termsView(symbol: string, order: NormalisedOrder, instrument: Instrument): PreviewedTerms {
  const { side, type, timeInForce, postOnly, lots, quoteUnits, priceTicks, conditions } = order;
  return {
    symbol,
    side,
    type,
    timeInForce,
    postOnly,
    quantity: lots === null ? null : instrument.lotsToQuantity(lots).toString(),
    quoteQuantity: quoteUnits === null ? null : formatScaled(quoteUnits),
    price: priceTicks === null ? null : instrument.ticksToPrice(priceTicks).toString(),
    conditions: conditions && conditionsView(conditions, instrument),
  };
}

/**
 * The fee is taken from what is received: base for a buy, so that what is left need not be whole steps. An amount of
 * quote buys whole steps only.
 */
function feeAndDust(side: string, wanted: bigint | null, value: bigint | null, instrument: Instrument) {
  const { base, quote, stepUnits, symbol, takerFeeRate } = instrument;
  const rate = formatScaled(takerFeeRate);
  // A perpetual is charged for in its settlement asset, and bought whole.
  if (side === 'SELL' || symbol.settle !== null) {
    const amount = value === null ? null : formatScaled(multiplyScaled(value, takerFeeRate));
    return { fee: { asset: symbol.settle ?? quote, amount, rate }, dust: '0' };
  }
  if (wanted === null) return { fee: { asset: base, amount: null, rate }, dust: null };
  const bought = wanted - (wanted % stepUnits);
  const charged = multiplyScaled(bought, takerFeeRate);
  const dust = formatScaled((bought - charged) % stepUnits);
  return { fee: { asset: base, amount: formatScaled(charged), rate }, dust };
}
