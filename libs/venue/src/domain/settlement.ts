import type { Instrument, Side } from '@sextant/kernel';
import type { RecordedFill, VenueOrderRecord } from './venue-orders.js';

type Amount = [asset: string, units: bigint];
type Traded = Pick<RecordedFill, 'ticks' | 'lots'>;

/** What a fill takes from the account. */
export function paid(instrument: Instrument, side: Side, fill: Traded): Amount {
  return side === 'SELL' ? base(instrument, fill) : quote(instrument, fill);
}

/** What a fill gives the account, before the fee, which is charged in it. */
export function received(instrument: Instrument, side: Side, fill: Traded): Amount {
  return side === 'BUY' ? base(instrument, fill) : quote(instrument, fill);
}

/** What an open order keeps locked for the lots it still waits for. */
export function reservation(instrument: Instrument, order: VenueOrderRecord, lots: number): Amount {
  return paid(instrument, order.side, { ticks: order.priceTicks as number, lots });
}

function base(instrument: Instrument, fill: Traded): Amount {
  return [instrument.base, instrument.baseUnits(fill.lots)];
}

function quote(instrument: Instrument, fill: Traded): Amount {
  return [instrument.quote, instrument.notionalUnits(fill.ticks, fill.lots)];
}
