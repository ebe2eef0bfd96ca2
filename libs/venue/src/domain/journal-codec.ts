import type { Side } from '@sextant/kernel';
import type { AccountSnapshot } from './account-snapshot.js';
import type { VenueEntry } from './venue-entry.js';
import type {
  RecordedFill,
  VenueOrderRecord,
  VenueOrderState,
  VenueOrderType,
  VenueTimeInForce,
} from './venue-orders.js';

type FillRow = [trade: number, ticks: number, lots: number, feeUnits: string];
type PlacedRow = [
  at: number,
  number: number,
  symbol: string,
  side: Side,
  type: VenueOrderType,
  timeInForce: VenueTimeInForce,
  postOnly: 0 | 1,
  lots: number | null,
  quoteUnits: string | null,
  priceTicks: number | null,
  status: VenueOrderState,
  fills: FillRow[],
];

/** One letter per kind of entry; the subject (order or reference) is a column of its own. */
export const entryLetters = { DEPOSITED: 'D', PLACED: 'P', FILLED: 'F', CANCELED: 'C' } as const;

/** An entry as compact JSON: positions instead of names, because one is written for every order. */
export function encodeEntry(entry: VenueEntry): string {
  switch (entry.kind) {
    case 'DEPOSITED':
      return JSON.stringify([entry.at, entry.asset, entry.units.toString()]);
    case 'CANCELED':
      return JSON.stringify([entry.at]);
    case 'FILLED':
      return JSON.stringify([entry.at, fillRows(entry.fills)]);
    case 'PLACED': {
      const { symbol, side, type, timeInForce, postOnly, lots, quoteUnits, priceTicks } = entry.placement;
      const row: PlacedRow = [
        entry.at,
        entry.number,
        symbol,
        side,
        type,
        timeInForce,
        postOnly ? 1 : 0,
        lots,
        quoteUnits?.toString() ?? null,
        priceTicks,
        entry.status,
        fillRows(entry.fills),
      ];
      return JSON.stringify(row);
    }
  }
}

export function decodeEntry(letter: string, subject: string, payload: string): VenueEntry {
  const row: unknown = JSON.parse(payload);
  switch (letter) {
    case 'D': {
      const [at, asset, units] = row as [number, string, string];
      return { kind: 'DEPOSITED', at, reference: subject, asset, units: BigInt(units) };
    }
    case 'C':
      return { kind: 'CANCELED', at: (row as [number])[0], clientOrderId: subject };
    case 'F': {
      const [at, fills] = row as [number, FillRow[]];
      return { kind: 'FILLED', at, clientOrderId: subject, fills: fills.map(recordedFill) };
    }
    case 'P':
      return decodePlaced(subject, row as PlacedRow);
    default:
      throw new Error(`journal row of unknown kind ${letter}`);
  }
}

/** JSON text of a snapshot; amounts as decimal integers. */
export function encodeSnapshot(state: AccountSnapshot): string {
  return JSON.stringify(state, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

export function decodeSnapshot(text: string): AccountSnapshot {
  const raw = JSON.parse(text) as AccountSnapshot;
  return {
    ...raw,
    balances: raw.balances.map(({ asset, freeUnits, lockedUnits }) => ({
      asset,
      freeUnits: BigInt(freeUnits),
      lockedUnits: BigInt(lockedUnits),
    })),
    open: raw.open.map((order: VenueOrderRecord) => ({
      ...order,
      quoteUnits: order.quoteUnits === null ? null : BigInt(order.quoteUnits),
      cumulativeQuoteUnits: BigInt(order.cumulativeQuoteUnits),
    })),
  };
}

function decodePlaced(clientOrderId: string, row: PlacedRow): VenueEntry {
  const [at, number, symbol, side, type, timeInForce, postOnly, lots, quote, priceTicks, status, fills] = row;
  const quoteUnits = quote === null ? null : BigInt(quote);
  const terms = { clientOrderId, symbol, side, type, timeInForce, lots, quoteUnits, priceTicks };
  const placement = { ...terms, postOnly: postOnly === 1 };
  return { kind: 'PLACED', at, number, placement, status, fills: fills.map(recordedFill) };
}

function fillRows(fills: readonly RecordedFill[]): FillRow[] {
  return fills.map(({ trade, ticks, lots, feeUnits }) => [trade, ticks, lots, feeUnits.toString()]);
}

function recordedFill([trade, ticks, lots, feeUnits]: FillRow): RecordedFill {
  return { trade, ticks, lots, feeUnits: BigInt(feeUnits) };
}
