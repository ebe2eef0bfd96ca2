import { DomainError, isDecimalText, LEDGER_SCALE } from '@sextant/kernel';
import type { EpochMs } from '@sextant/kernel';
import { countColumn, TRADES_UNKNOWN } from './candle-columns.js';
import type { CandleColumns } from './candle-columns.js';

/** A candle as venues and files write it: prices and base volume in plain decimal notation. */
export interface CandleText {
  openTime: EpochMs;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
  trades: number | null;
}

const priceNames = ['open', 'high', 'low', 'close'] as const;

/**
 * Columns on the grid of the finest number in them: a tenth, a hundredth … of the quote asset in a tick, and the same for
 * lots of the base asset.
 * @throws DomainError CANDLE_MALFORMED, CANDLE_TOO_FINE (each with `row`, counted from 0)
 */
export function columnsFromText(rows: readonly CandleText[]): CandleColumns {
  rows.forEach(check);
  const tickPlaces = mostPlaces(rows, priceNames);
  const lotPlaces = mostPlaces(rows, ['volume']);
  const column = (name: keyof CandleText, places: number) =>
    countColumn(rows.map((candle, row) => countOf(candle[name] as string, places, name, row)));
  return {
    grid: { tickUnits: unitsOf(tickPlaces), lotUnits: unitsOf(lotPlaces) },
    length: rows.length,
    openTime: Float64Array.from(rows, ({ openTime }) => openTime),
    openTicks: column('open', tickPlaces),
    highTicks: column('high', tickPlaces),
    lowTicks: column('low', tickPlaces),
    closeTicks: column('close', tickPlaces),
    volumeLots: column('volume', lotPlaces),
    trades: Int32Array.from(rows, ({ trades }) => trades ?? TRADES_UNKNOWN),
  };
}

function check(candle: CandleText, row: number): void {
  for (const name of [...priceNames, 'volume'] as const) {
    const text = candle[name];
    if (isDecimalText(text) && !text.startsWith('-')) continue;
    const detail = `Row ${row}: ${name} ${JSON.stringify(String(text).slice(0, 40))} is no plain decimal of zero or more.`;
    throw new DomainError('CANDLE_MALFORMED', detail, { row, field: name });
  }
}

function mostPlaces(rows: readonly CandleText[], names: readonly (keyof CandleText)[]): number {
  let most = 0;
  for (const candle of rows) {
    for (const name of names) {
      const text = candle[name] as string;
      const point = text.indexOf('.');
      // What cannot be more than what was seen is not looked at.
      if (point < 0 || text.length - point - 1 <= most) continue;
      most = Math.max(most, withoutZeros(text).length - point - 1);
    }
  }
  return most;
}

function withoutZeros(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end -= 1;
  return text.slice(0, end);
}

function countOf(text: string, places: number, field: string, row: number): number {
  const point = text.indexOf('.');
  const whole = point < 0 ? text : text.slice(0, point);
  const fraction = point < 0 ? '' : text.slice(point + 1, point + 1 + places);
  const count = Number(whole + fraction.padEnd(places, '0'));
  if (Number.isSafeInteger(count)) return count;
  const detail = `Row ${row}: ${field} ${text} with ${places} decimals is beyond 2^53 of its smallest unit.`;
  throw new DomainError('CANDLE_TOO_FINE', detail, { row, field });
}

function unitsOf(places: number): bigint {
  return 10n ** BigInt(LEDGER_SCALE - places);
}
