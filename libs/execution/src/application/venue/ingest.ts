import type { VenueFill, VenueOrder } from '@sextant/exchange';
import { formatScaled } from '@sextant/kernel';
import type { EpochMs, Instrument, OrderId } from '@sextant/kernel';
import { initialMargin } from '@sextant/portfolio';
import type { CancelCause, OrderTerms, Proof, Reason } from '../../domain/order-snapshot.js';
import { Order } from '../../domain/order.js';
import type { Reservation } from '../../domain/order.js';
import { filledAtVenue, isOfEarlierRevision } from '../../domain/revisions.js';
import type { Ending } from '../../domain/order.js';
import { fills } from '../account/account-tables.js';
import { bookedFill, contractFacts, fillRow, orderFill } from './book-venue-fill.js';
import type { FillSource } from './book-venue-fill.js';
import type { LiveOrder } from '../account/live-orders.js';
import { feeWorth } from './fee-worth.js';
import { fillOnGridOf } from './on-its-grid.js';
import { fillKey } from '../account/order-archive.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { PlanBuilder } from '../account/plan-builder.js';

type Tools = Pick<ExecutionTools, 'ids' | 'markets'>;

/**
 * Books one new fill: its row, its order and its ledger entries, in one plan. A fill that is more than its order has
 * open belongs to no intent of ours and is booked on an order of its own. Returns the order that has it.
 */
export function applyFill(
  known: LiveOrder,
  fill: VenueFill,
  source: FillSource,
  account: OwnedAccount,
  tools: Tools,
  now: EpochMs,
  plan: PlanBuilder,
): LiveOrder {
  const fillId = tools.ids.next('fil');
  const counted = fillOnGridOf(known.order.snapshot, fill, tools);
  const fits = counted !== null && known.order.admits(orderFill(counted, fillId, known.order.snapshot));
  const entry = fits ? known : adoptFill(fill, account, tools, now, known.fillKeys);
  const booked = orderFill(fits ? counted : fill, fillId, entry.order.snapshot);
  entry.fillKeys.add(fillKey(fill));
  if (source === 'RECONCILE') account.fetched.push({ fill: { ...fill, lots: booked.lots }, fillId });
  entry.order.fill(booked, now);
  account.orders.put(entry);
  plan.row(fills, fillRow(booked, entry.order.snapshot, source, now));
  const facts = contractFacts(fill, entry.order.snapshot);
  const trade = bookedFill(booked, fillId, entry);
  plan.merge(account.portfolio.applyFill({ ...trade, ...facts, ...feeWorth(trade, account, now) }));
  return entry;
}

/** Brings the order to where the venue says it is, once every fill up to there is booked. */
export function applyReport(
  entry: LiveOrder,
  report: VenueOrder,
  proof: Proof,
  now: EpochMs,
): 'APPLIED' | 'AWAITS_FILLS' {
  const { order } = entry;
  // Somebody gave an order at the venue the id of one that still waits here: that one is not this.
  if (order.isHeldHere) return 'APPLIED';
  // Its end was proven before anything was put in its place: what still comes of it is old.
  if (order.awaitsReplacement || isOfEarlierRevision(order.snapshot, report)) return 'APPLIED';
  order.observeTerms(report.lots, report.priceTicks, proof, now);
  if (report.status === 'NEW' || report.status === 'PARTIALLY_FILLED') {
    order.accept(report.venueOrderId, proof, now);
    return report.filledLots > filledAtVenue(order.snapshot) ? 'AWAITS_FILLS' : 'APPLIED';
  }
  if (report.filledLots > filledAtVenue(order.snapshot)) {
    order.accept(report.venueOrderId, proof, now);
    return 'AWAITS_FILLS';
  }
  order.end(endingOf(report, order), reasonOf(report, order), proof, now, report.venueOrderId);
  return 'APPLIED';
}

/**
 * An order that somebody made at the venue: it gets a row of its own and is followed like any other. What it traded
 * before the account was first seen is part of the opening balances: it counts as filled and is never booked.
 */
export function adoptedOrder(
  report: VenueOrder,
  proof: Proof,
  account: OwnedAccount,
  tools: Tools,
  now: EpochMs,
  traded: 'SINCE_FIRST_SIGHT' | 'BEFORE_FIRST_SIGHT' = 'SINCE_FIRST_SIGHT',
): LiveOrder {
  const instrument = tools.markets.instrument(report.symbol);
  const lots = report.lots ?? report.filledLots;
  const before =
    traded === 'BEFORE_FIRST_SIGHT' && report.filledLots > 0
      ? { lots: report.filledLots, quoteUnits: report.cumulativeQuoteUnits }
      : null;
  const open = lots - (before?.lots ?? 0);
  const reservation = reservationOf(report, open, instrument, account);
  const clientOrderId = report.clientOrderId === '' ? strangersId(report) : report.clientOrderId;
  const terms = externalTerms(report, clientOrderId, lots, report.priceTicks, account, tools);
  const order = Order.adopt(terms, report.venueOrderId, reservation, proof, now, before);
  return file(order, account, tools, new Set());
}

function reservationOf(
  report: VenueOrder,
  open: number,
  instrument: Instrument,
  { portfolio }: OwnedAccount,
): Reservation {
  const { base, quote, symbol } = instrument;
  const value = instrument.notionalUnits(report.priceTicks ?? 0, open);
  if (symbol.settle !== null) {
    const { leverage } = portfolio.margin.of(report.symbol);
    return { asset: symbol.settle, units: initialMargin(value, leverage) };
  }
  return report.side === 'SELL'
    ? { asset: base, units: instrument.baseUnits(open) }
    : { asset: quote, units: value };
}

/** What an order without an id of ours is called here; a venue may use its own once in each market. */
function strangersId({ symbol, venueOrderId }: { symbol: string; venueOrderId: string }): string {
  return `ext-${symbol.replaceAll(/[^A-Z0-9]/g, '_')}-${venueOrderId}`;
}

/**
 * The order behind a fill that no order of ours explains. Of a venue's order that comes as several of ours, each knows
 * the fills of all: whichever is found by the venue's id, none is booked again.
 */
export function adoptFill(
  fill: VenueFill,
  account: OwnedAccount,
  tools: Tools,
  now: EpochMs,
  fillKeys = new Set<string>(),
): LiveOrder {
  const proof = { kind: 'FILL', detail: { venueTradeId: fill.venueTradeId }, at: now };
  const clientOrderId = `${strangersId(fill)}-${fill.venueTradeId}`;
  const terms = externalTerms(fill, clientOrderId, fill.lots, fill.priceTicks, account, tools);
  const order = Order.adopt(terms, fill.venueOrderId, { asset: '', units: 0n }, proof, now);
  return file(order, account, tools, fillKeys);
}

function file(order: Order, account: OwnedAccount, tools: Tools, fillKeys: Set<string>): LiveOrder {
  const instrument = tools.markets.instrument(order.snapshot.symbol);
  const entry: LiveOrder = {
    order,
    instrument,
    bodyHash: null,
    fillKeys,
    deadlineAt: 0,
    fencedFromMs: 0,
    epoch: 0,
    sentIn: 0,
    awaited: null,
    stored: null,
    hasRow: false,
    resolving: false,
    missing: null,
  };
  account.orders.put(entry);
  return entry;
}

function externalTerms(
  from: { symbol: string; side: OrderTerms['side'] },
  clientOrderId: string,
  lots: number,
  priceTicks: number | null,
  account: OwnedAccount,
  tools: Tools,
): OrderTerms {
  const { tickUnits, stepUnits } = tools.markets.instrument(from.symbol);
  const orderId: OrderId = tools.ids.next('ord');
  return {
    orderId,
    accountId: account.row.account_id,
    clientOrderId,
    venue: account.row.venue,
    symbol: from.symbol,
    side: from.side,
    type: priceTicks === null ? 'MARKET' : 'LIMIT',
    timeInForce: 'GTC',
    postOnly: false,
    lots,
    quoteUnits: null,
    priceTicks,
    tickUnits,
    stepUnits,
    conditions: null,
    strategy: null,
    tags: [],
    origin: 'EXTERNAL',
  };
}

function endingOf(report: VenueOrder, order: Order): Ending {
  if (report.status === 'FILLED') return 'COMPLETE';
  if (report.status === 'EXPIRED') return 'EXPIRE';
  const { status, filledLots, pending } = order.snapshot;
  if (report.status === 'CANCELED' && pending?.because === 'EXPIRY') return 'EXPIRE';
  const neverWorked = filledLots === 0 && status !== 'PENDING_CANCEL';
  return report.status === 'REJECTED' && neverWorked ? 'REJECT' : 'CANCEL';
}

/** Of orders that nobody asked to cancel. */
export const ownReasons: Readonly<Record<CancelCause, Reason>> = {
  EXPIRY: { code: 'EXPIRED_BY_TIME', detail: 'Its time was over.' },
  GROUP: { code: 'CANCELED_BY_GROUP', detail: 'Another leg of its group goes out in its place.' },
};

function reasonOf(report: VenueOrder, order: Order): Reason | null {
  const { cancelRequested, timeInForce, type, pending } = order.snapshot;
  switch (report.status) {
    case 'CANCELED':
      if (pending?.because !== undefined) return ownReasons[pending.because];
      return cancelRequested
        ? { code: 'CANCELED_ON_REQUEST', detail: 'Cancelled as asked for.' }
        : { code: 'CANCELED_AT_VENUE', detail: 'The venue cancelled the order.' };
    case 'EXPIRED':
      if (timeInForce === 'GTD') return ownReasons.EXPIRY;
      return {
        code: 'EXPIRED_BY_RULE',
        detail: `The rest of a ${type} ${timeInForce} order found nothing to trade with (${restOf(order)} open).`,
      };
    case 'REJECTED':
      return { code: 'REJECTED_BY_VENUE', detail: 'The venue refused the order.' };
    default:
      return null;
  }
}

function restOf(order: Order): string {
  const open = order.openLots;
  if (open === null) return formatScaled(order.snapshot.reservedUnits);
  return formatScaled(BigInt(open) * order.snapshot.stepUnits);
}
