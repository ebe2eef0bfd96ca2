import type { EpochMs } from '@sextant/kernel';
import type { VenueFill, VenueOrder } from '../../domain/venue-order.js';
import { readFill, readOrder } from './ccxt-orders.js';
import { UnreadableAnswer } from './exact-json.js';
import { fieldsOf, symbolOf, textOf, timeOf } from './exact-values.js';
import type { Fields } from './exact-values.js';
import { KnownOrders } from './known-orders.js';
import type { SessionParts } from './session-parts.js';
import type { CcxtInstrument } from './venue-profile.js';
import type { OrderRef } from './wire-order.js';

/** How far back an order is searched at least. */
const SEARCH_MS = 86_400_000;
/** An order of ours begins with when it was made: its id is a UUID v7. */
const MADE_AT = /^ord_([0-9a-f]{12})7/;
/** A query may miss an order for so long that "not found" says nothing about whose a young trade is. */
const YOUNG_MS = 60_000;

/** Turns the venue's words about orders of this account into ours, and knows which is whose. */
export class AccountOrders {
  readonly known = new KnownOrders();

  constructor(private readonly parts: SessionParts) {
    for (const symbol of parts.symbols) this.known.symbols.add(symbol);
  }

  /** An order that we asked for by our id. @throws UnreadableAnswer */
  read(told: unknown, entry: CcxtInstrument, clientOrderId: string): VenueOrder {
    const triggered = this.parts.profile.triggered?.(fieldsOf(told, 'order'));
    const now = this.parts.client.venueNow();
    const order = readOrder(told, entry, { clientOrderId, now, triggered });
    const positionSide = this.parts.profile.contracts?.orderSide(infoOf(told));
    if (positionSide !== undefined) order.positionSide = positionSide;
    this.known.note(order);
    return order;
  }

  /** An order that the venue names. Null in a market that is not ours. @throws UnreadableAnswer */
  readOwn(told: unknown): VenueOrder | null {
    const fields = fieldsOf(told, 'order');
    const entry = this.entryOf(fields['symbol']);
    if (entry === null) return null;
    const symbol = entry.instrument.symbol.toString();
    const venueOrderId = textOf(fields['id'], 'order id');
    const known = this.known.clientOrderId(symbol, venueOrderId);
    return this.read(told, entry, known ?? this.clientOrderIdOf(fields['clientOrderId'], venueOrderId));
  }

  /** Null in a market that is not ours. @throws UnreadableAnswer, also while the venue has not told the fee */
  async readTrade(told: unknown): Promise<VenueFill | null> {
    const trade = fieldsOf(told, 'trade');
    const entry = this.entryOf(trade['symbol']);
    if (entry === null) return null;
    const fill = readFill(trade, entry, await this.whose(trade, entry));
    const { contracts } = this.parts.profile;
    if (contracts === undefined || !entry.instrument.symbol.isPerpetual) return fill;
    return { ...fill, ...contracts.fill(infoOf(trade), fill.clientOrderId) };
  }

  /** The same of long ago: whose order it was is not asked. */
  readHistoricTrade(told: unknown): VenueFill | null {
    const trade = fieldsOf(told, 'trade');
    const entry = this.entryOf(trade['symbol']);
    return entry === null ? null : readFill(trade, entry, '');
  }

  ref(clientOrderId: string, { instrument, market }: CcxtInstrument): OrderRef {
    const symbol = instrument.symbol.toString();
    return {
      clientId: this.parts.profile.clientIds.toWire(clientOrderId),
      symbol,
      marketId: market.id,
      perpetual: instrument.symbol.isPerpetual,
      venueOrderId: this.known.venueOrderId(symbol, clientOrderId),
      since: this.searchFrom(clientOrderId),
    };
  }

  /** "None since then" is taken for proof: an order that was unknown for days must be in reach, too. */
  private searchFrom(clientOrderId: string): EpochMs {
    const dayAgo = this.parts.client.venueNow() - SEARCH_MS;
    const madeAt = MADE_AT.exec(clientOrderId)?.[1];
    return madeAt === undefined ? dayAgo : Math.min(dayAgo, Number.parseInt(madeAt, 16) - YOUNG_MS);
  }

  private entryOf(symbol: unknown): CcxtInstrument | null {
    const name = symbolOf(symbol, 'market');
    const entry = this.parts.markets().get(name);
    if (entry === null) {
      const { log, profile } = this.parts;
      log.warn('What happened in a market that is not loaded is left out', {
        venue: profile.venue,
        symbol: name,
      });
    }
    return entry;
  }

  /** An order made outside may have no client order id: the venue's own stands for it. */
  private clientOrderIdOf(wireId: unknown, venueOrderId: string): string {
    if (typeof wireId !== 'string' || wireId === '') return `venue-${venueOrderId}`;
    return this.parts.profile.clientIds.fromWire(textOf(wireId, 'client order id'));
  }

  /** Most venues name only their own order in a trade: asked once for each order that this session has not seen. */
  private async whose(trade: Fields, entry: CcxtInstrument): Promise<string> {
    const { client, profile, intent } = this.parts;
    const symbol = entry.instrument.symbol.toString();
    const venueOrderId = textOf(trade['order'], 'order of the trade');
    const known = this.known.clientOrderId(symbol, venueOrderId);
    if (known !== null) return known;
    const told = wireIdIn(trade['info']);
    if (told !== null) {
      const clientOrderId = this.clientOrderIdOf(told, venueOrderId);
      this.known.note({ clientOrderId, venueOrderId, symbol });
      return clientOrderId;
    }
    const order = { ...this.ref('', entry), venueOrderId };
    const answer = await client.ask(
      { intent: intent('RECONCILE', profile.traits.rateCosts.query) },
      async () => this.readOwn(await profile.orderByVenueId(client.exchange, order)),
    );
    if (answer.outcome === 'CONFIRMED' && answer.value !== null) return answer.value.clientOrderId;
    if (answer.outcome !== 'UNKNOWN' && answer.evidence.kind === 'VENUE_ANSWER' && this.isOld(trade)) {
      return `venue-${venueOrderId}`;
    }
    throw new UnreadableAnswer(`whose order ${venueOrderId.slice(0, 40)} is cannot be told now`);
  }

  private isOld(trade: Fields): boolean {
    const executedAt: EpochMs = timeOf(trade['timestamp'], 'time');
    return this.parts.client.venueNow() - executedAt > YOUNG_MS;
  }
}

function infoOf(told: unknown): Fields {
  const info = (told as Fields)['info'];
  return typeof info === 'object' && info !== null ? (info as Fields) : {};
}

/** Where venues put the client's order id into a trade: OKX, Bybit, Kraken; Binance's streams (`C` on a cancel). */
function wireIdIn(info: unknown): string | null {
  if (typeof info !== 'object' || info === null) return null;
  const fields = info as Fields;
  for (const name of ['clOrdId', 'orderLinkId', 'cl_ord_id', 'client_order_id', 'C', 'c']) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '' && value.length <= 64) return value;
  }
  return null;
}
