import { Sums } from './arithmetic.js';
import type { Row } from './read-books.js';

/** As much of an entry of the chaos venue's journal as is looked at. */
export interface JournalEntry {
  at: number;
  kind: string;
  [field: string]: any;
}

export interface VenueFill {
  key: string;
  ticks: number;
  lots: number;
  feeAsset: string;
  /** 10^-18. */
  fee: bigint;
}

export interface VenueOrder {
  number: number;
  clientOrderId: string;
  symbol: string;
  side: string;
  status: string;
  ticks: number | null;
  lots: number;
  filledLots: number;
  /** Filled after the venue had said that it had ended. */
  lateLots: number;
  fills: VenueFill[];
}

/** A placement, or an amendment, that arrived; times are our clock's, however wrong the venue's was. */
export interface Placement {
  at: number;
  id: string;
  /** The timestamp in it, which is the venue's time as the sender believed it to be. */
  signedAt: number;
  /** The earliest that it can have been signed. */
  signedFrom: number;
  /** How far beliefs about the venue's clock may have been apart around then. */
  doubtMs: number;
}

export interface Told {
  orders: Map<number, VenueOrder>;
  totals: Sums;
  placements: Placement[];
  /** What became of orders, in the order in which it happened. */
  life: { number: number; clientOrderId: string; isOpen: boolean }[];
}

/** Venue amounts have eight decimals. */
const TO_UNITS = 10n ** 10n;
/** So long a request may be on its way, and a wrong belief about the clock in use. */
const BELIEF_MS = 30_000;
/** What needs an approval of ours. */
const SENT = new Set(['POST /api/v3/order', 'PUT /api/v3/order/amend/keepPriority']);
const OPEN = new Set(['NEW', 'PARTIALLY_FILLED']);

/** What the journal tells of one account. */
export function foldJournal(venueAccount: string, journal: readonly JournalEntry[]): Told {
  const told: Told = { orders: new Map(), totals: new Sums(), placements: [], life: [] };
  const keys = new Set<string>();
  const clock = new ClockRecord();
  for (const entry of journal) {
    clock.see(entry);
    for (const { apiKey } of entry['spec']?.keys ?? []) {
      if (entry['spec'].accountId === venueAccount) keys.add(apiKey);
    }
    if (entry['what'] === 'KEY' && entry['accountId'] === venueAccount) keys.add(entry['spec'].apiKey);
    const isSent = entry.kind === 'request' && SENT.has(`${entry['method']} ${entry['path']}`);
    if (isSent && keys.has(entry['headers']?.['x-mbx-apikey']))
      told.placements.push(placementOf(entry, clock));
    if (entry.kind !== 'event' || entry['product'] !== 'spot' || entry['event'] === undefined) continue;
    apply(entry['event'], venueAccount, told);
  }
  return told;
}

export function fillKey(venueOrderId: string, venueTradeId: string): string {
  return `${venueOrderId}/${venueTradeId}`;
}

function placementOf(entry: JournalEntry, clock: ClockRecord): Placement {
  const params = new URLSearchParams(`${entry['query']}&${entry['body']}`);
  const signedAt = Number(params.get('timestamp'));
  const at = entry.at - clock.offsetMs;
  const { least, most } = clock.beliefs(at);
  const id = params.get('origClientOrderId') ?? params.get('newClientOrderId') ?? '';
  return { at, id, signedAt, signedFrom: signedAt - most, doubtMs: most - least };
}

/** How far the venue's clock was off, and since when. */
class ClockRecord {
  private readonly settings = [{ since: 0, offsetMs: 0 }];

  get offsetMs(): number {
    return this.settings.at(-1)!.offsetMs;
  }

  see({ kind, at, ...entry }: JournalEntry): void {
    if (kind !== 'setup' || entry['what'] !== 'CLOCK') return;
    const { offsetMs } = entry as unknown as { offsetMs: number };
    this.settings.push({ since: at - offsetMs, offsetMs });
  }

  /** What somebody may have believed at a time: what held then, and what held shortly before. */
  beliefs(at: number): { least: number; most: number } {
    const recent = this.settings.filter((_, index) => {
      const until = this.settings[index + 1]?.since ?? Number.POSITIVE_INFINITY;
      return until > at - BELIEF_MS;
    });
    const offsets = recent.map(({ offsetMs }) => offsetMs);
    return { least: Math.min(...offsets), most: Math.max(...offsets) };
  }
}

function apply(event: Row, venueAccount: string, { orders, totals, life }: Told): void {
  if (event['kind'] === 'BalanceChanged' && event['accountId'] === venueAccount) {
    totals.set(event['asset'], (BigInt(event['free']) + BigInt(event['locked'])) * TO_UNITS);
  }
  const { order, fill } = event;
  if (order === undefined || order.accountId !== venueAccount) return;
  const known = orders.get(order.orderId);
  const { orderId: number, symbol, side, status, ticks, lots, filledLots } = order;
  const clientOrderId = known?.clientOrderId ?? order.clientOrderId;
  const fills = known?.fills ?? [];
  const isLate = event['kind'] === 'Filled' && known !== undefined && !OPEN.has(known.status);
  const lateLots = (known?.lateLots ?? 0) + (isLate ? fill.lots : 0);
  const one = { number, clientOrderId, symbol, side, status, ticks, lots, filledLots, lateLots, fills };
  orders.set(number, one);
  life.push({ number, clientOrderId, isOpen: OPEN.has(status) });
  if (event['kind'] !== 'Filled') return;
  const { asset, units } = fill.commission;
  const key = fillKey(String(number), String(fill.tradeId));
  fills.push({ key, ticks: fill.ticks, lots: fill.lots, feeAsset: asset, fee: BigInt(units) * TO_UNITS });
}
