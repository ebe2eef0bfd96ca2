import { formatUnits } from '../engine/amounts.js';
import type { Order } from '../engine/order.js';
import { Display } from '../market/display.js';
import type { Contract } from './contracts.js';
import { averageFillPrice } from './futures-shapes.js';
import type { MarkBook } from './mark-book.js';

export function markPriceEvent(marks: MarkBook, symbol: string, now: number): object | null {
  if (!marks.symbols().includes(symbol)) return null;
  return {
    e: 'markPriceUpdate',
    E: now,
    s: symbol,
    p: formatUnits(marks.mark(symbol)),
    i: formatUnits(marks.index(symbol)),
    P: formatUnits(marks.index(symbol)),
    r: formatUnits(marks.fundingRate(symbol)),
    T: marks.nextFundingTime(symbol),
  };
}

export function liquidationEvent(order: Order, contract: Contract, now: number): object {
  const display = Display.futures(contract.market);
  const average = averageFillPrice(order, contract);
  return {
    e: 'forceOrder',
    E: now,
    o: {
      s: order.symbol,
      S: order.side,
      o: 'LIMIT',
      f: 'IOC',
      q: display.quantity(order.lots),
      p: average,
      ap: average,
      X: order.status,
      l: display.quantity(order.filledLots),
      z: display.quantity(order.filledLots),
      T: order.updatedAt,
    },
  };
}
