import type { Instrument, Side } from '@sextant/kernel';
import { NO_TICKS } from './market-view.js';
import { ANY_PRICE } from './matching-book.js';
import type { MatchingBook } from './matching-book.js';
import { opposite } from './placement-rules.js';

/**
 * Lots that an amount of quote trades at the prices the order would meet: each level takes as many whole lots as
 * the rest pays for, and the first level where it pays for fewer than displayed is the last. Never more than the
 * amount. `whole`: what is left buys no lot; otherwise the market, or the largest order, ended before the amount did.
 */
export function lotsForQuote(
  book: MatchingBook,
  instrument: Instrument,
  side: Side,
  quoteUnits: bigint,
  owner: number,
): { lots: number; whole: boolean } {
  let bound = boundLots(book, instrument, side, quoteUnits);
  for (;;) {
    const planned = book.plan(side, ANY_PRICE, bound, owner);
    const { lots, whole } = payable(book, instrument, quoteUnits);
    // A sale meets lower prices on its way and may need more lots than the best price suggests.
    if (whole || planned < bound || bound === instrument.maxLots) return { lots, whole };
    bound = Math.min(bound * 2, instrument.maxLots);
  }
}

function boundLots(book: MatchingBook, instrument: Instrument, side: Side, quoteUnits: bigint): number {
  const best = book.bestMet(opposite(side));
  if (best === NO_TICKS) return 1;
  const lots = quoteUnits / instrument.notionalUnits(best, 1) + 1n;
  return lots > BigInt(instrument.maxLots) ? instrument.maxLots : Number(lots);
}

function payable(
  book: MatchingBook,
  instrument: Instrument,
  quoteUnits: bigint,
): { lots: number; whole: boolean } {
  let left = quoteUnits;
  let lots = 0;
  let whole = false;
  book.eachPlanned((ticks, planned) => {
    if (whole) return;
    const lotUnits = instrument.notionalUnits(ticks, 1);
    const most = left / lotUnits;
    const taken = most < BigInt(planned) ? Number(most) : planned;
    whole = taken < planned;
    left -= lotUnits * BigInt(taken);
    lots += taken;
  });
  return { lots, whole };
}
