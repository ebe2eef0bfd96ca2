import { ONE, share, sum, Sums, units } from './arithmetic.js';
import type { AccountBooks, Row } from './read-books.js';

/** Every transaction balanced and complete, every fill booked once, every live value the fold of it. */
export function* ledgerFindings(books: AccountBooks): Generator<string> {
  yield* transactionFindings(books);
  yield* fillFindings(books);
  yield* balanceFindings(books);
  yield* positionFindings(books);
}

function* transactionFindings({ accountId, transactions, postings }: AccountBooks): Generator<string> {
  const lines = Map.groupBy(postings, (posting) => posting['transaction_id'] as string);
  for (const { transaction_id: id, posting_count: count } of transactions) {
    const own = lines.get(id) ?? [];
    lines.delete(id);
    if (own.length !== count || own.some(({ line }, index) => line !== index + 1)) {
      yield `${accountId}: ${id} has ${own.length} of ${count} postings`;
    }
    const sums = new Sums();
    for (const { asset, amount } of own) sums.add(asset, BigInt(amount));
    for (const [asset, off] of sums) if (off !== 0n) yield `${accountId}: ${id} is off by ${off} ${asset}`;
  }
  for (const id of lines.keys()) yield `${accountId}: postings of ${id}, which does not exist`;
}

/** A fill row and a ledger transaction for each other, with the same money. */
function* fillFindings({ accountId, fills, transactions, postings, venue }: AccountBooks): Generator<string> {
  const booked = Map.groupBy(
    transactions.filter(({ kind }) => kind === 'FILL'),
    ({ memo }) => memo.fillId as string,
  );
  const wallet = new Map<string, Sums>();
  for (const { transaction_id: id, account, asset, amount } of postings) {
    if (account !== `wallet:${venue}`) continue;
    if (!wallet.has(id)) wallet.set(id, new Sums());
    wallet.get(id)!.add(asset, BigInt(amount));
  }
  for (const fill of fills) {
    const own = booked.get(fill['fill_id']) ?? [];
    booked.delete(fill['fill_id']);
    if (own.length !== 1) yield `${accountId}: fill ${fill['fill_id']} is booked ${own.length} times`;
    for (const { transaction_id: id } of own) {
      for (const [asset, amount] of moneyOf(fill)) {
        if (wallet.get(id)?.of(asset) !== amount)
          yield `${accountId}: ${id} moves ${wallet.get(id)?.of(asset)} ${asset} for a fill of ${amount}`;
      }
    }
  }
  for (const fillId of booked.keys())
    yield `${accountId}: the ledger has fill ${fillId}, which was never stored`;
}

/** What a fill moves in the wallet. */
export function moneyOf(fill: Row): Sums {
  const [base, quote] = (fill['symbol'] as string).split('/') as [string, string];
  const sign = fill['side'] === 'BUY' ? 1n : -1n;
  const moved = new Sums();
  moved.add(base, sign * BigInt(fill['quantity']));
  moved.add(quote, -sign * BigInt(fill['quote_amount']));
  moved.add(fill['fee_asset'], -BigInt(fill['fee']));
  return moved;
}

function* balanceFindings({ accountId, venue, balances, postings }: AccountBooks): Generator<string> {
  const totals = new Sums();
  for (const { account, asset, amount } of postings) {
    if (account === `wallet:${venue}`) totals.add(asset, BigInt(amount));
  }
  for (const { asset, total } of balances) {
    if (BigInt(total) < 0n) yield `${accountId}: ${asset} is below zero: ${total}`;
    if (totals.of(asset) !== BigInt(total))
      yield `${accountId}: ${asset} shows ${total}, the ledger says ${totals.of(asset)}`;
    totals.delete(asset);
  }
  for (const asset of totals.keys()) yield `${accountId}: no balance row of ${asset}`;
}

/** Positions from the ledger's sums, and once more from the fills alone, by average cost. */
function* positionFindings(books: AccountBooks): Generator<string> {
  const { accountId, venue, positions, strategyPositions, postings } = books;
  const sums = new Sums();
  for (const { account, asset, amount } of postings) sums.add(`${account} ${asset}`, BigInt(amount));
  const replayed = replay(books);
  for (const row of positions) {
    const symbol = row['symbol'] as string;
    const [base, quote] = symbol.split('/') as [string, string];
    const of = (purpose: string, asset: string): bigint => sums.of(`${purpose}:${venue}:${symbol} ${asset}`);
    const { signed, cost, realized, fees } = replayed.get(symbol) ?? FLAT;
    const expected = {
      signed_quantity: [-of('position', base), signed],
      cost: [of('position', quote), cost],
      realized_pnl: [-of('realized', quote), realized],
      fees: [of('fee', quote) + of('fee-value', quote), fees],
    };
    for (const [field, [ledger, fold]] of Object.entries(expected)) {
      const shown = BigInt(row[field]);
      if (shown !== ledger || shown !== fold)
        yield `${accountId}: ${symbol} ${field} shows ${shown}, the ledger says ${ledger}, its fills ${fold}`;
    }
    const virtual = strategyPositions.filter((other) => other['symbol'] === symbol);
    const together = sum(virtual.map(({ signed_quantity: quantity }) => BigInt(quantity)));
    if (together !== BigInt(row['signed_quantity']))
      yield `${accountId}: the strategies hold ${together} of ${symbol} together`;
    replayed.delete(symbol);
  }
  for (const symbol of replayed.keys()) yield `${accountId}: no position row of ${symbol}`;
}

interface Holding {
  signed: bigint;
  cost: bigint;
  realized: bigint;
  fees: bigint;
}

const FLAT: Holding = { signed: 0n, cost: 0n, realized: 0n, fees: 0n };

function replay({ transactions }: AccountBooks): Map<string, Holding> {
  const holdings = new Map<string, Holding>();
  for (const { kind, memo } of transactions) {
    if (kind !== 'FILL') continue;
    const [base, quote] = (memo.symbol as string).split('/');
    const [quantity, notional, fee] = [units(memo.quantity), units(memo.notional), units(memo.fee)];
    let holding = trade(
      holdings.get(memo.symbol) ?? FLAT,
      memo.side === 'BUY' ? quantity : -quantity,
      notional,
    );
    const value = memo.feeAsset === quote ? fee : share(notional, fee, quantity);
    if (memo.feeAsset === base) holding = trade(holding, -fee, value);
    holdings.set(memo.symbol, { ...holding, fees: holding.fees + value });
  }
  return holdings;
}

function trade(before: Holding, quantity: bigint, notional: bigint): Holding {
  if (quantity === 0n) return before;
  const moved = quantity < 0n ? -notional : notional;
  const signed = before.signed + quantity;
  let cost = before.cost + moved;
  if (before.signed !== 0n && before.signed > 0n !== quantity > 0n) {
    const closes = before.signed < 0n ? -before.signed <= quantity : before.signed <= -quantity;
    if (!closes) cost = before.cost - share(before.cost, -quantity, before.signed);
    else cost = moved - share(moved, -before.signed, quantity);
  }
  return { ...before, signed, cost, realized: before.realized + cost - before.cost - moved };
}

/** Lots at a price in ticks, as quote units. */
export function notional(ticks: bigint, tickUnits: bigint, lots: bigint, stepUnits: bigint): bigint {
  return (ticks * tickUnits * lots * stepUnits) / ONE;
}
