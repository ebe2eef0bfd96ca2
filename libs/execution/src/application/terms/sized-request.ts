import { DomainError, formatScaled, ONE, parseScaled, Price } from '@sextant/kernel';
import type { Instrument } from '@sextant/kernel';
import type { OrderConditions, OrderSizing } from '../../domain/order-snapshot.js';
import { plainConditions } from '../../domain/plain-conditions.js';
import { invalid } from './assert-order-form.js';
import { isDust } from '../kill-switch/closing-order.js';
import type { GroupRequest, OrderMoment, OrderRequest, SizingRequest } from '../requests/order-request.js';
import type { OwnedAccount } from '../account/owned-account.js';

/** 10^-18 of one percent's hundred. */
const HUNDRED = 100n * ONE;

const FIELDS = { EQUITY: '/equityPercent', RISK: '/riskPercent', POSITION: '/fraction' } as const;

/** What a share is taken of, and what one unit of base costs of it, both 10^-18. */
interface Measure {
  ofUnits: bigint;
  asset: string;
  perBaseUnits: bigint;
  priceUnits: bigint | null;
  stopUnits: bigint | null;
}

/**
 * The request with a quantity, where that is to follow from the account: whole steps, rounded down. This is the one place
 * that decides it; from here on the order is like any other.
 * @throws DomainError EQUITY_UNKNOWN, ORDER_TERMS_INVALID, QUANTITY_TOO_SMALL, REDUCE_ONLY_WITHOUT_POSITION
 */
export function sizedRequest(
  request: OrderRequest,
  group: GroupRequest | null,
  instrument: Instrument,
  moment: OrderMoment,
  account: Pick<OwnedAccount, 'equity'>,
): { request: OrderRequest; sizing: OrderSizing | null } {
  const { sizing: asked = null, ...plain } = request;
  if (asked === null) return { request, sizing: null };
  const field = FIELDS[asked.by];
  if (request.quantity !== null || request.quoteQuantity !== null) {
    throw invalid(field, `Give a quantity, a quoteQuantity or ${field.slice(1)}, and only one of them.`);
  }
  const shareUnits = shareOf(asked);
  const measure =
    asked.by === 'POSITION'
      ? ofPosition(instrument, moment)
      : ofEquity(asked, request, group, instrument, moment, account);
  const whole = asked.by === 'POSITION' ? ONE : HUNDRED;
  const exactUnits = (measure.ofUnits * shareUnits * ONE) / (whole * measure.perBaseUnits);
  const units = exactUnits - (exactUnits % instrument.stepUnits);
  assertEnough(units, exactUnits, instrument, field);
  const quantity = formatScaled(units);
  const { positionUnits } = moment;
  const side = asked.by === 'POSITION' ? (positionUnits > 0n ? 'SELL' : 'BUY') : request.side;
  const dust = asked.by === 'POSITION' ? dustOf(units, instrument, moment) : null;
  const sizing = {
    by: asked.by,
    share: asked.share,
    ...shown(measure),
    exact: formatScaled(exactUnits),
    quantity,
    dust,
  };
  return { request: { ...plain, side, quantity }, sizing };
}

/** The same conditions, and what the quantity follows from. */
export function withSizing(
  conditions: OrderConditions | null,
  sizing: OrderSizing | null,
): OrderConditions | null {
  return sizing === null ? conditions : { ...(conditions ?? plainConditions), sizing };
}

/** What is left of a position that is closed, where the venue takes no order of it. */
function dustOf(
  units: bigint,
  instrument: Instrument,
  { positionUnits, market }: OrderMoment,
): string | null {
  const rest = positionUnits > 0n ? positionUnits - units : positionUnits + units;
  if (rest === 0n || !isDust(instrument, rest, market)) return null;
  return formatScaled(rest < 0n ? -rest : rest);
}

function shareOf({ by, share }: SizingRequest): bigint {
  const units = parseScaled(share);
  const [most, text] = by === 'POSITION' ? [ONE, '1'] : [HUNDRED, '100'];
  if (units > 0n && units <= most) return units;
  throw invalid(FIELDS[by], `${FIELDS[by].slice(1)} is above 0 and at most ${text}.`);
}

function ofPosition(instrument: Instrument, { positionUnits }: OrderMoment): Measure {
  if (positionUnits === 0n) {
    throw new DomainError('REDUCE_ONLY_WITHOUT_POSITION', `There is no position in ${instrument.symbol}.`, {
      pointer: '/symbol',
      position: '0',
    });
  }
  const ofUnits = positionUnits < 0n ? -positionUnits : positionUnits;
  return { ofUnits, asset: instrument.base, perBaseUnits: ONE, priceUnits: null, stopUnits: null };
}

function ofEquity(
  asked: SizingRequest,
  request: OrderRequest,
  group: GroupRequest | null,
  instrument: Instrument,
  moment: OrderMoment,
  account: Pick<OwnedAccount, 'equity'>,
): Measure {
  const priceUnits = entryUnits(request, instrument, moment);
  const stopUnits = asked.by === 'RISK' ? stopOf(asked, request, group, priceUnits) : null;
  const { quote: asset } = instrument;
  const { units: ofUnits, unvalued } = account.equity(asset);
  if (ofUnits === null) {
    const detail = `What the account holds of ${unvalued.join(', ')} has no fresh mark in ${asset}.`;
    throw new DomainError('EQUITY_UNKNOWN', detail, {
      pointer: FIELDS[asked.by],
      assets: unvalued,
      retryAfterMs: 1_000,
    });
  }
  const perBaseUnits = stopUnits === null ? priceUnits : distance(priceUnits, stopUnits);
  return { ofUnits, asset, perBaseUnits, priceUnits, stopUnits };
}

/** What the entry is reckoned with: its limit, its trigger, or the side of the book that it takes. */
function entryUnits(request: OrderRequest, instrument: Instrument, { market }: OrderMoment): bigint {
  const named = request.price ?? request.conditions?.stopPrice ?? null;
  if (named !== null) return Price.parse(named).units;
  const ticks = request.side === 'BUY' ? market?.askTicks : market?.bidTicks;
  if (market !== null && ticks !== undefined && !market.stale) return BigInt(ticks) * instrument.tickUnits;
  throw new DomainError(
    'EQUITY_UNKNOWN',
    `${instrument.symbol} has no fresh price to reckon a quantity with.`,
    {
      pointer: '/symbol',
      assets: [instrument.base],
      retryAfterMs: 1_000,
    },
  );
}

/** Of the attached stop, else what the request names to reckon with. */
function stopOf(
  asked: SizingRequest,
  { side }: OrderRequest,
  group: GroupRequest | null,
  priceUnits: bigint,
): bigint {
  const attached = group?.others.find(({ pointer }) => pointer === '/stopLoss');
  const text = attached?.request.conditions?.stopPrice ?? asked.stopPrice;
  const pointer = attached === undefined ? '/stopPrice' : '/stopLoss/stopPrice';
  if (text === null)
    throw invalid('/riskPercent', 'riskPercent needs a stopLoss, or a stopPrice to reckon with.');
  const stopUnits = Price.parse(text).units;
  const isLoss = side === 'BUY' ? stopUnits < priceUnits : stopUnits > priceUnits;
  if (isLoss) return stopUnits;
  const where = side === 'BUY' ? 'below' : 'above';
  throw invalid(pointer, `The stop of a ${side} order is ${where} its entry at ${formatScaled(priceUnits)}.`);
}

function assertEnough(units: bigint, exact: bigint, instrument: Instrument, pointer: string): void {
  if (units >= BigInt(instrument.minLots) * instrument.stepUnits) return;
  const least = instrument.lotsToQuantity(instrument.minLots).toString();
  throw new DomainError(
    'QUANTITY_TOO_SMALL',
    `That comes to ${formatScaled(exact)} ${instrument.base}; the venue takes ${least} at least.`,
    { pointer, minQuantity: least, nearestValid: least },
  );
}

function shown({ ofUnits, asset, priceUnits, stopUnits }: Measure) {
  return {
    of: formatScaled(ofUnits),
    asset,
    price: priceUnits === null ? null : formatScaled(priceUnits),
    stopPrice: stopUnits === null ? null : formatScaled(stopUnits),
  };
}

function distance(one: bigint, other: bigint): bigint {
  return one > other ? one - other : other - one;
}
