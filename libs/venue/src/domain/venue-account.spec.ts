import { Instrument } from '@sextant/kernel';
import type { Side } from '@sextant/kernel';
import { fc } from '../../../../test/support/property.js';
import { decodeEntry, decodeSnapshot, encodeEntry, encodeSnapshot, entryLetters } from './journal-codec.js';
import { Listing } from './listing.js';
import type { MarketView } from './market-view.js';
import { reservation } from './settlement.js';
import { VenueAccount } from './venue-account.js';
import { subjectOf } from './venue-entry.js';
import type { VenueEntry } from './venue-entry.js';
import { remainingLots } from './venue-orders.js';
import type { VenueOrderRecord, VenuePlacement } from './venue-orders.js';

const AT = 1_700_000_000_000;

/** Price in whole USDT, quantity in thousandths of a BTC, fees 0.1 % and 0.2 %. */
const instrument = Instrument.load({
  venue: 'PAPER',
  symbol: 'BTC/USDT',
  tickSize: '1',
  stepSize: '0.001',
  minPrice: '1',
  maxPrice: '100000',
  minQuantity: '0.001',
  maxQuantity: '1000',
  minNotional: '1',
  makerFeeRate: '0.001',
  takerFeeRate: '0.002',
});

/** A displayed market whose levels a test sets; sizes in lots. */
class TestMarket implements MarketView {
  open = true;
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();

  isOpen(): boolean {
    return this.open;
  }

  bestTicks(side: Side): number {
    return this.sorted(side)[0] ?? 0;
  }

  lotsAt(side: Side, ticks: number): number {
    return (side === 'BUY' ? this.bids : this.asks).get(ticks) ?? 0;
  }

  nextTicks(side: Side, ticks: number): number {
    return this.sorted(side).find((price) => (side === 'BUY' ? price < ticks : price > ticks)) ?? 0;
  }

  followers = 0;

  follow(): () => void {
    this.followers += 1;
    return () => {
      this.followers -= 1;
    };
  }

  private sorted(side: Side): number[] {
    const levels = side === 'BUY' ? this.bids : this.asks;
    const prices = [...levels].filter(([, lots]) => lots > 0).map(([price]) => price);
    return prices.sort((a, b) => (side === 'BUY' ? b - a : a - b));
  }
}

interface Desk {
  market: TestMarket;
  account: VenueAccount;
  entries: VenueEntry[];
  place(terms: Partial<VenuePlacement>): string;
  cancel(clientOrderId: string): string;
  show(side: Side, ticks: number, lots: number): void;
  trade(aggressor: Side, ticks: number, lots: number): void;
  order(clientOrderId: string): VenueOrderRecord;
  free(asset: string): string;
}

function limit(
  side: Side,
  price: number,
  lots: number,
  more: Partial<VenuePlacement> = {},
): Partial<VenuePlacement> {
  return { side, priceTicks: price, lots, ...more };
}

function desk(usdt = 100_000, btc = 10): Desk {
  const market = new TestMarket();
  const account = new VenueAccount(new Listing([instrument]), () => market);
  const entries: VenueEntry[] = [];
  const keep = (...made: (VenueEntry | null)[]) => entries.push(...made.filter((entry) => entry !== null));
  let orders = 0;
  keep(account.deposit({ at: AT, reference: 'usdt', asset: 'USDT', units: BigInt(usdt) * 10n ** 18n }));
  keep(account.deposit({ at: AT, reference: 'btc', asset: 'BTC', units: BigInt(btc) * 10n ** 18n }));
  return {
    market,
    account,
    entries,
    place(terms) {
      const placement: VenuePlacement = {
        clientOrderId: `o${++orders}`,
        symbol: 'BTC/USDT',
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'GTC',
        postOnly: false,
        lots: null,
        quoteUnits: null,
        priceTicks: null,
        ...terms,
      };
      const decision = account.place(placement, AT);
      if (decision.kind === 'REFUSED') return decision.refusal;
      keep(decision.entry);
      return account.order(placement.clientOrderId)!.status;
    },
    cancel(clientOrderId) {
      const decision = account.cancel(clientOrderId, 'BTC/USDT', AT);
      if (decision.kind === 'REFUSED') return decision.refusal;
      keep(decision.entry);
      return account.order(clientOrderId)!.status;
    },
    show(side, ticks, lots) {
      (side === 'BUY' ? market.bids : market.asks).set(ticks, lots);
      const levels = [ticks, lots];
      const [bids, asks] = side === 'BUY' ? [levels, []] : [[], levels];
      keep(...account.onChange({ symbol: 'BTC/USDT', whole: false, bids, asks }, AT));
    },
    trade(aggressor, priceTicks, lots) {
      keep(...account.onTrade({ symbol: 'BTC/USDT', aggressor, priceTicks, lots }, AT));
    },
    order: (clientOrderId) => account.order(clientOrderId)!,
    free: (asset) => String(account.assets().find((entry) => entry.asset === asset)!.freeUnits),
  };
}

const unit = (amount: number) => String(BigInt(Math.round(amount * 1e6)) * 10n ** 12n);

describe('a taker', () => {
  it('walks the displayed levels, pays the fee in what it receives, and is told the sum', () => {
    const d = desk();
    d.show('SELL', 100, 400);
    d.show('SELL', 101, 1_000);
    expect(d.place({ type: 'MARKET', lots: 1_000 })).toBe('FILLED');
    expect(d.order('o1').cumulativeQuoteUnits.toString()).toBe(unit(40 + 60.6));
    expect(d.free('USDT')).toBe(unit(100_000 - 100.6));
    expect(d.free('BTC')).toBe(unit(10 + 1 - 0.002));
  });

  it('never buys a displayed lot twice: what it took comes back with the next update of the level', () => {
    const d = desk();
    d.show('SELL', 100, 400);
    expect(d.place({ type: 'MARKET', lots: 300 })).toBe('FILLED');
    expect(d.place({ type: 'MARKET', lots: 300 })).toBe('EXPIRED');
    expect(d.order('o2').filledLots).toBe(100);
    d.show('SELL', 100, 400);
    expect(d.place({ type: 'MARKET', lots: 300 })).toBe('FILLED');
  });

  it('by quote: FILLED when the rest buys no lot, EXPIRED when the market ends before the amount', () => {
    const d = desk();
    d.show('SELL', 100, 400);
    expect(d.place({ type: 'MARKET', quoteUnits: 10n * 10n ** 18n + 5n })).toBe('FILLED');
    expect(d.order('o1').filledLots).toBe(100);
    expect(d.place({ type: 'MARKET', quoteUnits: 1_000n * 10n ** 18n })).toBe('EXPIRED');
    expect(d.order('o2').filledLots).toBe(300);
  });

  it('by quote: an amount that buys no lot buys nothing', () => {
    const d = desk();
    d.show('SELL', 2_000, 400);
    expect(d.place({ type: 'MARKET', quoteUnits: 19n * 10n ** 17n })).toBe('EXPIRED');
    expect(d.order('o1').filledLots).toBe(0);
    expect(d.free('USDT')).toBe(unit(100_000));
  });

  it('sells by quote down the bids, with more lots where prices are lower', () => {
    const d = desk();
    d.show('BUY', 100, 100);
    d.show('BUY', 50, 1_000);
    expect(d.place({ type: 'MARKET', side: 'SELL', quoteUnits: 30n * 10n ** 18n })).toBe('FILLED');
    expect(d.order('o1').filledLots).toBe(100 + 400);
  });

  it('gets the better price and keeps the rest resting with the rest reserved', () => {
    const d = desk();
    d.show('SELL', 100, 400);
    expect(d.place(limit('BUY', 110, 1_000))).toBe('PARTIALLY_FILLED');
    expect(d.order('o1').filledLots).toBe(400);
    expect(d.free('USDT')).toBe(unit(100_000 - 40 - 66));
  });
});

describe('time in force', () => {
  it('IOC expires with what it got, FOK takes all or nothing', () => {
    const d = desk();
    d.show('SELL', 100, 400);
    expect(d.place(limit('BUY', 100, 500, { timeInForce: 'FOK' }))).toBe('EXPIRED');
    expect(d.order('o1').filledLots).toBe(0);
    expect(d.place(limit('BUY', 100, 400, { timeInForce: 'FOK' }))).toBe('FILLED');
    d.show('SELL', 100, 400);
    expect(d.place(limit('BUY', 100, 500, { timeInForce: 'IOC' }))).toBe('EXPIRED');
    expect(d.order('o3').filledLots).toBe(400);
  });

  it('post-only rests or is refused, never takes', () => {
    const d = desk();
    d.show('SELL', 100, 400);
    expect(d.place(limit('BUY', 100, 10, { postOnly: true, clientOrderId: 'again' }))).toBe('WOULD_TAKE');
    expect(d.place(limit('BUY', 99, 20, { postOnly: true, clientOrderId: 'again' }))).toBe('NEW');
  });
});

describe('a resting order', () => {
  it('waits for the displayed size before it: trades eat the queue first', () => {
    const d = desk();
    d.show('BUY', 100, 500);
    d.show('SELL', 102, 500);
    expect(d.place(limit('BUY', 100, 300))).toBe('NEW');
    d.trade('SELL', 100, 450);
    expect(d.order('o1').filledLots).toBe(0);
    d.trade('SELL', 100, 150);
    expect(d.order('o1').filledLots).toBe(100);
    d.trade('SELL', 99, 1_000);
    expect(d.order('o1').status).toBe('FILLED');
    expect(d.free('USDT')).toBe(unit(100_000 - 30));
    expect(d.free('BTC')).toBe(unit(10 + 0.3 * 0.999));
  });

  it('moves up when the displayed size before it shrinks, never back when it grows', () => {
    const d = desk();
    d.show('BUY', 100, 500);
    d.show('SELL', 102, 500);
    d.place(limit('BUY', 100, 300));
    d.show('BUY', 100, 200);
    d.show('BUY', 100, 900);
    d.trade('SELL', 100, 250);
    expect(d.order('o1').filledLots).toBe(50);
  });

  it('fills at its own price when the market crosses it, up to the size that crosses', () => {
    const d = desk();
    d.show('BUY', 99, 500);
    d.show('SELL', 102, 500);
    d.place(limit('BUY', 100, 300));
    d.show('SELL', 98, 120);
    expect(d.order('o1').filledLots).toBe(120);
    expect(d.order('o1').cumulativeQuoteUnits.toString()).toBe(unit(12));
    d.show('SELL', 97, 1_000);
    expect(d.order('o1').status).toBe('FILLED');
  });

  it('one real trade fills two own orders in their order and not more than its size', () => {
    const d = desk();
    d.show('BUY', 98, 1);
    d.show('SELL', 102, 500);
    d.place(limit('BUY', 99, 100));
    d.place(limit('BUY', 100, 100));
    d.place(limit('BUY', 99, 100));
    d.trade('SELL', 99, 250);
    expect(['o1', 'o2', 'o3'].map((id) => d.order(id).filledLots)).toEqual([100, 100, 50]);
  });

  it('does not trade with the account itself: the newest expires', () => {
    const d = desk();
    d.show('SELL', 200, 500);
    d.show('BUY', 50, 500);
    d.place(limit('SELL', 100, 100));
    expect(d.place(limit('BUY', 110, 50))).toBe('EXPIRED');
    expect(d.order('o1').filledLots).toBe(0);
  });

  it('nothing fills while the market is closed, and no order is accepted', () => {
    const d = desk();
    d.show('BUY', 99, 1);
    d.show('SELL', 102, 500);
    d.place(limit('BUY', 100, 300));
    d.market.open = false;
    d.show('SELL', 90, 500);
    d.trade('SELL', 90, 500);
    expect(d.order('o1').filledLots).toBe(0);
    expect(d.place(limit('BUY', 99, 300))).toBe('MARKET_CLOSED');
    expect(d.cancel('o1')).toBe('CANCELED');
  });
});

describe('refusals, in the order of a venue', () => {
  const cases: [string, Partial<VenuePlacement>][] = [
    ['INVALID_SYMBOL', limit('BUY', 100, 10, { symbol: 'ETH/USDT' })],
    ['ILLEGAL_CLIENT_ORDER_ID', limit('BUY', 100, 10, { clientOrderId: 'a b' })],
    ['MALFORMED', { side: 'BUY', lots: 10 }],
    ['MALFORMED', { type: 'MARKET', lots: 10, quoteUnits: 10n }],
    ['MALFORMED', limit('BUY', 100, 10, { postOnly: true, timeInForce: 'IOC' })],
    ['PRICE_FILTER', limit('BUY', 100_001, 10)],
    ['LOT_SIZE', limit('BUY', 100, 0)],
    ['LOT_SIZE', limit('BUY', 100, 1_000_001)],
    ['NOTIONAL', limit('BUY', 100, 9)],
    ['PERCENT_PRICE_BY_SIDE', limit('BUY', 506, 10)],
    ['INSUFFICIENT_BALANCE', limit('BUY', 101, 1_000_000)],
    ['INSUFFICIENT_BALANCE', limit('SELL', 101, 10_001)],
    ['INSUFFICIENT_BALANCE', { type: 'MARKET', quoteUnits: 100_001n * 10n ** 18n }],
  ];

  it.each(cases)('%s', (code, terms) => {
    const d = desk();
    d.show('SELL', 101, 10_000_000);
    d.show('BUY', 99, 10_000_000);
    expect(d.place(terms)).toBe(code);
    expect(d.account.openOrders()).toEqual([]);
  });

  it('a client order id is used once for ever, and a refused order does not use it up', () => {
    const d = desk();
    d.show('SELL', 101, 10);
    d.show('BUY', 99, 10);
    expect(d.place(limit('BUY', 100, 1, { clientOrderId: 'mine' }))).toBe('NOTIONAL');
    expect(d.place(limit('BUY', 101, 10, { clientOrderId: 'mine' }))).toBe('FILLED');
    expect(d.place(limit('BUY', 101, 10, { clientOrderId: 'mine' }))).toBe('DUPLICATE_ORDER');
    expect(d.cancel('mine')).toBe('UNKNOWN_ORDER');
  });
});

const side = fc.constantFrom<Side>('BUY', 'SELL');
const price = fc.integer({ min: 95, max: 105 });
const lots = fc.integer({ min: 10, max: 3_000 });
const order = fc.record({
  kind: fc.constant('order' as const),
  side,
  price,
  lots,
  market: fc.boolean(),
  quote: fc.boolean(),
  timeInForce: fc.constantFrom('GTC' as const, 'IOC' as const, 'FOK' as const),
  postOnly: fc.boolean(),
});
const step = fc.oneof(
  { weight: 4, arbitrary: order },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('show' as const), side, price, lots: fc.nat(3_000) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('trade' as const), side, price, lots }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), order: fc.nat(60) }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function run(d: Desk, action: Step): void {
  if (action.kind === 'show') {
    // A displayed book is never crossed while it is open.
    const other = d.market.bestTicks(action.side === 'BUY' ? 'SELL' : 'BUY');
    const crosses = other !== 0 && (action.side === 'BUY' ? action.price >= other : action.price <= other);
    if (!crosses || action.lots === 0) d.show(action.side, action.price, action.lots);
  } else if (action.kind === 'trade') d.trade(action.side, action.price, action.lots);
  else if (action.kind === 'cancel') d.cancel(`o${action.order}`);
  else if (action.market) {
    const quoteUnits = action.quote ? 10n ** 18n + BigInt(action.lots) * 10n ** 16n : null;
    d.place({
      type: 'MARKET',
      side: action.side,
      lots: quoteUnits === null ? action.lots : null,
      quoteUnits,
    });
  } else {
    const timeInForce = action.postOnly ? 'GTC' : action.timeInForce;
    d.place(limit(action.side, action.price, action.lots, { timeInForce, postOnly: action.postOnly }));
  }
}

/** What must hold of an account after anything. */
function check(d: Desk): void {
  const locked = new Map<string, bigint>();
  for (const open of d.account.openOrders()) {
    const [asset, units] = reservation(instrument, open, remainingLots(open));
    locked.set(asset, (locked.get(asset) ?? 0n) + units);
    expect(open.filledLots).toBeLessThan(open.lots!);
  }
  const totals = new Map([
    ['USDT', 100_000n * 10n ** 18n],
    ['BTC', 10n * 10n ** 18n],
  ]);
  const add = (asset: string, units: bigint) => totals.set(asset, totals.get(asset)! + units);
  const placed = new Map<string, VenuePlacement>();
  const trades: number[] = [];
  for (const entry of d.entries) {
    if (entry.kind === 'PLACED') placed.set(entry.placement.clientOrderId, entry.placement);
    if (entry.kind !== 'PLACED' && entry.kind !== 'FILLED') continue;
    const terms = placed.get(subjectOf(entry))!;
    const filled = entry.fills.reduce((sum, fill) => sum + fill.lots, 0);
    if (entry.kind === 'PLACED' && terms.timeInForce === 'FOK') expect([0, terms.lots]).toContain(filled);
    if (entry.kind === 'PLACED' && terms.postOnly) expect(filled).toBe(0);
    if (terms.quoteUnits !== null) {
      const spent = entry.fills.reduce(
        (sum, fill) => sum + instrument.notionalUnits(fill.ticks, fill.lots),
        0n,
      );
      expect(spent <= terms.quoteUnits).toBe(true);
    }
    for (const fill of entry.fills) {
      trades.push(fill.trade);
      const sign = terms.side === 'BUY' ? 1n : -1n;
      if (terms.priceTicks !== null) {
        expect(Number(sign) * (terms.priceTicks - fill.ticks)).toBeGreaterThanOrEqual(0);
      }
      add('BTC', sign * instrument.baseUnits(fill.lots));
      add('USDT', -sign * instrument.notionalUnits(fill.ticks, fill.lots));
      add(terms.side === 'BUY' ? 'BTC' : 'USDT', -fill.feeUnits);
    }
  }
  expect(trades).toEqual(trades.map((_, index) => index + 1));
  for (const { asset, freeUnits, lockedUnits } of d.account.assets()) {
    expect(lockedUnits).toBe(locked.get(asset) ?? 0n);
    expect(freeUnits + lockedUnits).toBe(totals.get(asset));
  }
}

it('whatever happens: nothing is created or lost, reservations are those of the open orders, no fill past a limit', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const d = desk();
      for (const action of steps) {
        run(d, action);
        check(d);
      }
    }),
  );
});

it('the journal, after every prefix and from any snapshot, gives the state back', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const d = desk();
      const replayed = new VenueAccount(new Listing([instrument]), () => new TestMarket());
      let done = 0;
      for (const action of steps) {
        run(d, action);
        for (; done < d.entries.length; done += 1) {
          const entry = d.entries[done]!;
          replayed.apply(decodeEntry(entryLetters[entry.kind], subjectOf(entry), encodeEntry(entry)));
        }
        expect(replayed.snapshot()).toEqual(d.account.snapshot());
        const restored = new VenueAccount(new Listing([instrument]), () => new TestMarket());
        restored.restore(decodeSnapshot(encodeSnapshot(d.account.snapshot())));
        expect(restored.snapshot()).toEqual(d.account.snapshot());
      }
      for (const entry of d.entries) {
        if (entry.kind === 'PLACED') {
          expect(replayed.order(subjectOf(entry))).toEqual(d.account.order(subjectOf(entry)));
        }
      }
    }),
    { numRuns: 100 },
  );
});

it('keeps a market going while an order rests in it, and no longer', () => {
  const { market, account, place, cancel, show } = desk();
  show('SELL', 10_000, 5);
  place(limit('BUY', 10_000, 5));
  expect(market.followers).toBe(0);
  place(limit('BUY', 9_000, 5));
  place(limit('BUY', 9_001, 5));
  expect(market.followers).toBe(1);
  cancel('o2');
  cancel('o3');
  expect(market.followers).toBe(0);
  place(limit('BUY', 9_000, 5));
  const restarted = new VenueAccount(new Listing([instrument]), () => market);
  restarted.restore(account.snapshot());
  expect(market.followers).toBe(2);
  account.letGo();
  restarted.letGo();
  expect(market.followers).toBe(0);
});
