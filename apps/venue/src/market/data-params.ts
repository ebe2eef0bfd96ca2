import { type Params } from '../rest/params.js';
import {
  badCombination,
  illegalCharacters,
  invalidInterval,
  invalidSymbol,
  VenueError,
} from '../rest/venue-error.js';
import { isInterval } from './candle-intervals.js';
import type { PublicMarket, PublicSymbol } from './public-market.js';

/** Throws −1102 and −1121. */
export function needSymbol(market: PublicMarket, params: Params): PublicSymbol {
  const known = market.get(params.needText('symbol'));
  if (known === undefined) throw invalidSymbol();
  return known;
}

/** One by `symbol`, several by `symbols=["A","B"]`, or null: all of them. */
export function chosenSymbols(market: PublicMarket, params: Params): PublicSymbol[] | PublicSymbol | null {
  if (params.has('symbol') && params.has('symbols')) {
    throw badCombination('Combination of optional parameters invalid.');
  }
  if (params.has('symbol')) return needSymbol(market, params);
  const list = params.text('symbols');
  if (list === null) return null;
  const match = /^\[("[A-Z0-9_.-]{1,20}"(,"[A-Z0-9_.-]{1,20}")*)\]$/.exec(list.replaceAll(' ', ''));
  if (match === null)
    throw illegalCharacters('symbols', '^\\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}\\]$');
  return (JSON.parse(match[0]) as string[]).map((symbol) => {
    const known = market.get(symbol);
    if (known === undefined) throw invalidSymbol();
    return known;
  });
}

/** A page size; what is more than the most is the most, as the venue does it. */
export function limitOf(params: Params, normal: number, most: number): number {
  const limit = params.integer('limit') ?? normal;
  if (limit === 0) throw new VenueError(-1130, "Data sent for parameter 'limit' is not valid.");
  return Math.min(limit, most);
}

export function intervalOf(params: Params): string {
  const interval = params.needText('interval');
  if (!isInterval(interval)) throw invalidInterval();
  return interval;
}

/** `timeZone`, −12:00 to +14:00, as milliseconds east of UTC. */
export function timeZoneOf(params: Params): number {
  const text = params.text('timeZone');
  if (text === null) return 0;
  const match = /^([+-]?)(\d{1,2})(?::(\d{2}))?$/.exec(text);
  const minutes = match ? Number(match[2]) * 60 + Number(match[3] ?? 0) : NaN;
  const signed = match?.[1] === '-' ? -minutes : minutes;
  if (!(signed >= -12 * 60 && signed <= 14 * 60)) throw illegalCharacters('timeZone', '[-12:00, +14:00]');
  return signed * 60_000;
}
