import type { VenueTraits } from '@sextant/exchange';
import type { Instrument, Side } from '@sextant/kernel';

/**
 * What of a reduce-only quantity the position allows: never beyond it. On spot a position is what is held, so only a SELL
 * makes it smaller. A perpetual's venue that knows the flag caps it by itself.
 */
export function cappedLots(
  side: Side,
  asked: number,
  instrument: Instrument,
  traits: Pick<VenueTraits, 'reduceOnly'>,
  positionUnits: bigint,
): number {
  if (isPerpetual(instrument) && traits.reduceOnly === true) return asked;
  const closing = side === 'SELL' ? positionUnits : -positionUnits;
  const most = closing <= 0n ? 0 : Number(closing / instrument.stepUnits);
  return Math.min(asked, most);
}

export function isPerpetual({ symbol }: Instrument): boolean {
  return symbol.toString().includes(':');
}
