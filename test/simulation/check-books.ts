import { referenceBooks } from './reference-ledger.js';
import type { Row } from './simulated-database.js';
import type { Trade } from './venue-books.js';
import type { World } from './world.js';

/** I3 every fill, I4 double entry, I5 projections, I9 the sum of what is set aside. */
export function checkBooks(world: World): string[] {
  return [...checkFills(world), ...checkLedger(world), ...checkProjections(world), ...checkLocked(world)];
}

function checkFills({ database, venue }: World): string[] {
  const problems: string[] = [];
  const orders = new Map(database.rows('orders').map((row) => [row['order_id'], row]));
  const booked = new Map(database.rows('fill').map((row) => [keyOfRow(row), row]));
  for (const trade of venue.books.trades) {
    const key = `${trade.symbol} ${trade.venueId} ${trade.tradeId}`;
    const row = booked.get(key);
    booked.delete(key);
    if (row === undefined) problems.push(`I3 not booked: ${key}`);
    else if (!isSame(row, trade)) problems.push(`I3 booked as something else: ${key}`);
    else if (orders.get(row['order_id'])?.['symbol'] !== trade.symbol) {
      problems.push(`I3 on no order of its market: ${key}`);
    }
  }
  return [
    ...problems,
    ...[...booked.keys()].map((key) => `I3 booked, and the venue knows nothing of it: ${key}`),
  ];
}

function keyOfRow(row: Row): string {
  return `${String(row['symbol'])} ${String(row['venue_order_id'])} ${String(row['venue_trade_id'])}`;
}

function isSame(row: Row, trade: Trade): boolean {
  return (
    row['lots'] === trade.lots &&
    row['price_ticks'] === trade.priceTicks &&
    row['side'] === trade.side &&
    row['fee'] === trade.feeUnits &&
    row['fee_asset'] === trade.feeAsset
  );
}

function checkLedger({ database }: World): string[] {
  const problems: string[] = [];
  const fills = database.ledger.filter(({ kind }) => kind === 'FILL').length;
  if (fills !== database.rows('fill').length) problems.push(`I4 ${fills} ledger entries for the fills`);
  for (const { reference, postings } of database.ledger) {
    const sums = new Map<string, bigint>();
    for (const { asset, amount } of postings) sums.set(asset, (sums.get(asset) ?? 0n) + amount);
    for (const [asset, sum] of sums)
      if (sum !== 0n) problems.push(`I4 ${reference} is off by ${sum} ${asset}`);
  }
  return problems;
}

function checkProjections({ database, venue }: World): string[] {
  const problems: string[] = [];
  const { balances, positions } = referenceBooks(venue.books);
  const stored = new Map(database.rows('balance').map((row) => [row['asset'], row['total']]));
  const wallet = new Map<string, bigint>();
  for (const { account, asset, amount } of database.ledger.flatMap(({ postings }) => postings)) {
    if (account.startsWith('wallet:')) wallet.set(asset, (wallet.get(asset) ?? 0n) + amount);
  }
  for (const [asset, units] of balances) {
    if (stored.get(asset) !== units)
      problems.push(`I5 ${asset} is ${String(stored.get(asset))}, not ${units}`);
    if ((wallet.get(asset) ?? 0n) !== units)
      problems.push(`I5 the ledger’s ${asset} is ${wallet.get(asset)}, not ${units}`);
  }
  const held = new Map(database.rows('position').map((row) => [row['symbol'], row['signed_quantity']]));
  for (const symbol of venue.books.markets.keys()) {
    const units = positions.get(symbol) ?? 0n;
    if ((held.get(symbol) ?? 0n) !== units) problems.push(`I5 the position in ${symbol} is not ${units}`);
  }
  return problems;
}

/** The reservations of live orders, their sum in the memory of the owner, and what the account has. */
function checkLocked({ database, venue, processes }: World): string[] {
  const problems: string[] = [];
  const owner = processes.find((process) => process.serves);
  const strange = venue.books.withdrawn.size > 0 || venue.books.orders.some(({ by }) => by === 'HAND');
  for (const asset of venue.books.totals.keys()) {
    const reserved = database
      .rows('orders')
      .filter((row) => row['reserved_asset'] === asset)
      .reduce((sum, row) => sum + (row['reserved'] as bigint), 0n);
    const locked = owner?.risk?.lockedUnits(asset);
    if (locked !== undefined && locked !== reserved) {
      problems.push(`I9 risk holds ${locked} ${asset}, the orders ${reserved}`);
    }
    if (!strange && reserved > venue.books.total(asset))
      problems.push(`I9 more ${asset} set aside than there is`);
  }
  return problems;
}
