import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Side } from '../engine/order.js';
import type { HouseLevel } from './market-source.js';

/** The grid of a symbol, in 10^-8: how captured decimals become ticks and lots. */
export interface CaptureGrid {
  symbol: string;
  tickUnits: number;
  lotUnits: number;
}

/** What happened `atMs` after the recording's snapshot. */
export type CapturedMove =
  | { atMs: number; kind: 'LEVELS'; levels: readonly HouseLevel[] }
  | { atMs: number; kind: 'TRADE'; aggressor: Side; ticks: number; lots: number };

export interface Capture {
  snapshot: readonly HouseLevel[];
  moves: readonly CapturedMove[];
  durationMs: number;
}

/** The recording is missing, damaged, or none. */
export class CaptureUnreadable extends Error {
  constructor(file: string, cause: unknown) {
    super(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'CaptureUnreadable';
  }
}

type PriceAndSize = [string, string];
interface CapturedPayload {
  lastUpdateId?: number;
  bids?: PriceAndSize[];
  asks?: PriceAndSize[];
  data?: {
    e?: string;
    u?: number;
    p?: string;
    q?: string;
    m?: boolean;
    b?: PriceAndSize[];
    a?: PriceAndSize[];
  };
}

/**
 * Reads a recording of Binance's streams: gzip, a line is `receiveTimeNs json`, one REST snapshot among the frames.
 * Diffs that the snapshot already holds are left out, as the venue's own rules for a local book say.
 * @throws CaptureUnreadable
 */
export function readCapture(file: string, grid: CaptureGrid): Capture {
  try {
    const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
    const frames = lines.map((line) => {
      const space = line.indexOf(' ');
      return {
        atMs: Number(line.slice(0, space)) / 1e6,
        payload: JSON.parse(line.slice(space)) as CapturedPayload,
      };
    });
    const first = frames.findIndex(({ payload }) => payload.lastUpdateId !== undefined);
    if (first === -1) throw new Error('no snapshot in the recording');
    const start = frames[first]!;
    const snapshotId = start.payload.lastUpdateId!;
    const moves = frames.flatMap(({ atMs, payload }) => {
      const move = moveOf(payload, snapshotId, Math.max(0, atMs - start.atMs), grid);
      return move === null ? [] : [move];
    });
    const { bids = [], asks = [] } = start.payload;
    return { snapshot: levelsOf(bids, asks, grid), moves, durationMs: frames.at(-1)!.atMs - start.atMs };
  } catch (error) {
    throw new CaptureUnreadable(file, error);
  }
}

/** Null for what moves nothing: a best-price frame, an outdated diff, a trade before the snapshot. */
function moveOf(
  { data }: CapturedPayload,
  snapshotId: number,
  atMs: number,
  grid: CaptureGrid,
): CapturedMove | null {
  if (data?.e === 'depthUpdate' && data.u! > snapshotId) {
    return { atMs, kind: 'LEVELS', levels: levelsOf(data.b ?? [], data.a ?? [], grid) };
  }
  if (data?.e === 'trade' && atMs > 0) {
    const ticks = onGrid(data.p!, grid.tickUnits);
    const lots = onGrid(data.q!, grid.lotUnits);
    // `m`: the buyer was the maker, so a seller took.
    return lots === 0 ? null : { atMs, kind: 'TRADE', aggressor: data.m ? 'SELL' : 'BUY', ticks, lots };
  }
  return null;
}

function levelsOf(bids: PriceAndSize[], asks: PriceAndSize[], grid: CaptureGrid): HouseLevel[] {
  const level =
    (side: Side) =>
    ([price, size]: PriceAndSize): HouseLevel => [
      side,
      onGrid(price, grid.tickUnits),
      onGrid(size, grid.lotUnits),
    ];
  return [...bids.map(level('BUY')), ...asks.map(level('SELL'))];
}

/** Eight decimals as whole steps; what is finer than the grid is cut off. */
function onGrid(text: string, units: number): number {
  const [whole = '', fraction = ''] = text.split('.');
  const value = Number(whole + fraction.padEnd(8, '0').slice(0, 8));
  if (!/^\d+$/.test(whole) || !Number.isSafeInteger(value))
    throw new Error(`not a captured decimal: ${text}`);
  return Math.floor(value / units);
}
